// Parser, dispatch and exit codes.
#include "tools/vaecomp/command_line.h"

#include <cstdio>
#include <exception>
#include <new>
#include <string>

#include "tools/vaecomp/bench/bench_command.h"
#include "tools/vaecomp/commands/commands.h"
#include "tools/vaecomp/parse_failure.h"
#include "tools/vaecomp/study/study_commands.h"
#include "tools/vaecomp/support/output.h"
#include "tools/vaecomp/support/values.h"
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
    "  130  interrupted (143 by SIGTERM, 129 by SIGHUP)\n"
    "  Of several files, the first that failed decides.";

int report(const Failure& failure) {
  if (!failure.shown) std::fprintf(stderr, "%s\n", failure_line(failure).c_str());
  return error_family(failure.error.code);
}

// "--model=", which CLI11 would fill with the next word of the line.
Status refuse_bare_equals(int argc, const char* const* argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "--") break;
    if (word.starts_with("--") && word.find('=') == word.size() - 1) {
      return usage_error(word + " has no value");
    }
  }
  return std::nullopt;
}

// CLI11 reports by exceptions; they end here.
Status parse(CLI::App& app, int argc, const char* const* argv, const Selected& selected) {
  if (Status failed = refuse_bare_equals(argc, argv)) return failed;
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    return print(app.help());
  } catch (const CLI::CallForVersion&) {
    return print_version();
  } catch (const CLI::ParseError& error) {
    return parse_failure(app, error, argc, argv);
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
  add_bench(app, selected);
  add_heatmap(app, selected);
  add_sample(app, selected);
  add_blend(app, selected);
  add_latents(app, selected);
  add_model(app, selected);
  add_signature(app, selected);
  refuse_empty_values(app);
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
