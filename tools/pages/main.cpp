// Writes the program's manual pages and completion scripts: vaecomp_pages FOLDER
//
// Run by the build; FOLDER/man/man1 gets the pages, FOLDER/shells what belongs under share/.
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

#include "tools/pages/command_tree.h"
#include "tools/pages/completion.h"
#include "tools/pages/man_page.h"
#include "tools/vaecomp/command_line.h"
#include "vaecomp/vaecomp.hpp"

namespace vaecomp {
namespace {

namespace fs = std::filesystem;

void write(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (!file) throw std::runtime_error(path.string() + ": cannot be written");
}

void write_all(const fs::path& folder) {
  CLI::App app;
  Selected selected;
  declare_program(app, selected);
  const Command root = describe(app);
  for (const Command* command : all_commands(root))
    write(folder / "man" / "man1" / man_page_file(*command), man_page(*command, root, version()));
  const std::string program = root.path.front();
  const fs::path shells = folder / "shells";
  write(shells / "bash-completion" / "completions" / program, bash_completion(root));
  write(shells / "zsh" / "site-functions" / ("_" + program), zsh_completion(root));
  write(shells / "fish" / "vendor_completions.d" / (program + ".fish"), fish_completion(root));
}

}  // namespace
}  // namespace vaecomp

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: vaecomp_pages FOLDER\n", stderr);
    return 5;
  }
  try {
    vaecomp::write_all(argv[1]);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "vaecomp_pages: %s\n", error.what());
    return 1;
  }
}
