// Parser, dispatch and exit codes.
#include "tools/vaecomp/command_line.h"

#include <cstdio>
#include <exception>
#include <new>
#include <string>
#include <vector>

#include "tools/vaecomp/commands/commands.h"
#include "tools/vaecomp/study/study_commands.h"
#include "tools/vaecomp/support/output.h"
#include "tools/vaecomp/support/version.h"

namespace vaecomp {
namespace {

constexpr const char* kExitCodes =
    "Exit codes:\n"
    "  0  done\n"
    "  1  a file cannot be opened, read or written\n"
    "  2  bad data: truncated, corrupt, or not such a file\n"
    "  3  unsupported: a newer version, an unknown feature or model\n"
    "  4  beyond a limit: pixels, memory, or a target that cannot be met\n"
    "  5  usage\n"
    "  6  internal error: please report\n"
    "  130  interrupted\n"
    "  Of several files, the first that failed decides.";

int report(const Failure& failure) {
  if (!failure.shown) std::fprintf(stderr, "%s\n", failure_line(failure).c_str());
  return error_family(failure.error.code);
}

// The command whose help explains a wrong line: the innermost one that was named.
std::string named_command(const CLI::App& app) {
  const std::vector<CLI::App*> named = app.get_subcommands();
  return named.empty() ? app.get_name() : app.get_name() + " " + named_command(*named.front());
}

// CLI11 reports by exceptions; they end here.
Status parse(CLI::App& app, int argc, const char* const* argv, const Selected& selected) {
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    return print(app.help());
  } catch (const CLI::CallForVersion&) {
    return print_version();
  } catch (const CLI::ParseError& error) {
    // CLI11 would only say that a command is missing.
    const std::vector<std::string> unknown = app.remaining();
    if (app.get_subcommands().empty() && !unknown.empty()) {
      return usage_error("unknown command or option: " + unknown.front() + " (see vaecomp --help)");
    }
    return usage_error(std::string(error.what()) + " (see " + named_command(app) + " --help)");
  }
  return selected.run ? selected.run() : Status();
}

}  // namespace

void declare_program(CLI::App& app, Selected& selected) {
  app.name("vaecomp");
  app.description("A learned image codec: the same file gives the same pixels everywhere.");
  add_encode(app, selected);
  add_decode(app, selected);
  add_info(app, selected);
  add_compare(app, selected);
  add_heatmap(app, selected);
  add_sample(app, selected);
  add_blend(app, selected);
  add_latents(app, selected);
  add_model(app, selected);
  app.require_subcommand(1);
  app.set_version_flag("--version", version(),
                       "Show the versions of the program, its model and its libraries");
  app.footer(std::string("Examples:\n"
                         "  vaecomp encode photo.png -o photo.vaec\n"
                         "  vaecomp decode photo.vaec -o back.png\n"
                         "  vaecomp compare photo.png photo.vaec\n\n") +
             kExitCodes);
}

int run_command_line(int argc, const char* const* argv) {
  try {
    CLI::App app;
    Selected selected;
    declare_program(app, selected);
    const Status failed = parse(app, argc, argv, selected);
    return failed ? report(*failed) : 0;
  } catch (const std::bad_alloc&) {
    return report({"", {ErrorCode::kMemory, "out of memory"}});
  } catch (const std::exception& exception) {
    return report({"", {ErrorCode::kInternal, exception.what()}});
  }
}

}  // namespace vaecomp
