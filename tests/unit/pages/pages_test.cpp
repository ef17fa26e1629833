// A made-up parser with all that a real one may have: how it is read, and what is written from it.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "tools/pages/command_tree.h"
#include "tools/pages/completion.h"
#include "tools/pages/man_page.h"

namespace vaecomp {
namespace {

struct Parser {
  CLI::App app{"Does things: 5 o'clock [tea].", "tool"};
  int level = 3;
  bool twice = false;
  std::string output, colour, input, hidden;
  std::vector<std::string> files, kinds;

  Parser() {
    app.footer("First line\nof a paragraph.\n\nExamples:\n  tool run a\n\nExit codes:\n  0  done");
    CLI::App* run = app.add_subcommand("run", "Run it");
    run->add_option("FILES", files, "What to read")->required()->type_name("");
    run->add_option("-l,--level", level, "0 .. 9")
        ->check(CLI::Range(0, 9))
        ->capture_default_str()
        ->type_name("L");
    run->add_option("-o,--output", output, "A .name")->required()->type_name("OUT-%d.png");
    run->add_option("--kinds", kinds, "Some")
        ->check(CLI::IsMember({"a", "b"}))
        ->delimiter(',')
        ->type_name("KIND,...");
    run->add_option("--secret", hidden, "Not to be seen")->group("");
    run->add_option_group("looks")->add_option("--colour", colour, "Colour")->type_name("#RRGGBB");
    app.add_subcommand("debug", "Not to be seen")->group("");
    CLI::App* more = app.add_subcommand("more", "More");
    more->add_subcommand("run", "Another of this name")->add_flag("--twice", twice, "Flag");
  }
};

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST_CASE("the parser's tree as data") {
  const Parser parser;
  const Command root = describe(parser.app);
  const std::vector<const Command*> all = all_commands(root);
  std::string names;
  for (const Command* command : all) names += command->full_name("-") + " ";
  CHECK(names == "tool tool-run tool-more tool-more-run ");

  const Command& run = *all[1];
  REQUIRE(run.positionals.size() == 1);
  CHECK(run.positionals[0].placeholder == "FILES");
  CHECK(run.positionals[0].kind == ValueKind::kFile);
  CHECK(run.positionals[0].repeats);
  CHECK(run.positionals[0].required);

  REQUIRE(run.options.size() == 5);  // with --help, without --secret
  CHECK(run.options[0].kind == ValueKind::kNone);
  const Argument& level = run.options[1];
  CHECK(level.names == std::vector<std::string>{"-l", "--level"});
  CHECK(level.placeholder == "L");
  CHECK(level.default_value == "3");
  CHECK(level.kind == ValueKind::kOther);
  CHECK_FALSE(level.repeats);
  CHECK(run.options[2].kind == ValueKind::kFile);
  CHECK(run.options[3].choices == std::vector<std::string>{"a", "b"});
  CHECK(run.options[3].is_list);
  CHECK(run.options[4].names == std::vector<std::string>{"--colour"});
  CHECK(run.options[4].kind == ValueKind::kOther);
}

TEST_CASE("manual pages") {
  const Parser parser;
  const Command root = describe(parser.app);
  const std::string top = man_page(root, root, "1.2.3");
  CHECK(man_page_file(*all_commands(root)[3]) == "tool-more-run.1");
  CHECK(has(top, ".TH \"TOOL\" 1 \"\" \"tool 1.2.3\""));
  CHECK(has(top, "5 o\\(aqclock [tea].\n"));
  CHECK(has(top, ".PP\nFirst line\nof a paragraph.\n"));
  CHECK(has(top, ".SH EXAMPLES\n.nf\n.RS 4\ntool run a\n"));
  CHECK(has(top, ".SH EXIT STATUS\n.TP\n\\fB0\\fR\ndone.\n"));
  CHECK_FALSE(has(top, "debug"));
  const std::string run = man_page(root.commands[0], root, "1.2.3");
  CHECK(
      has(run,
          "\\fBtool run\\fR [\\fIOPTIONS\\fR] \\fB\\-o\\fR \\fIOUT\\-%d.png\\fR \\fIFILES\\fR..."));
  CHECK(has(run, "\\fB\\-l\\fR, \\fB\\-\\-level\\fR \\fIL\\fR\n0 .. 9.\nDefault: 3.\n"));
  CHECK(has(run, "\nAny of \\fBa\\fR, \\fBb\\fR.\n"));
  CHECK_FALSE(has(run, "secret"));
}

TEST_CASE("a line that begins with a point is no request") {
  CLI::App app("Text.", "tool");
  bool dot = false;
  app.add_flag("--dot", dot, ".profile is read");
  const Command root = describe(app);
  CHECK(has(man_page(root, root, "1"), "\n\\&.profile is read.\n"));
}

TEST_CASE("completions tell commands of one name apart and quote descriptions") {
  const Parser parser;
  const Command root = describe(parser.app);
  const std::string bash = bash_completion(root), zsh = zsh_completion(root);
  const std::string fish = fish_completion(root);
  CHECK(has(bash, "' run') command='run'"));
  CHECK(has(bash, "'more run') command='more run'"));
  CHECK(has(bash, "'run:-o' | 'run:--output') compopt -o default; return ;;"));
  CHECK(has(zsh, "'(-l --level)'{-l+,--level=}'[0 .. 9]:L: '"));
  CHECK(has(zsh, "'*:FILES:_files'"));
  CHECK(has(zsh, "_values -s , value a b"));
  CHECK(has(zsh, "_tool_more_run() {"));
  CHECK(has(fish, "complete -c tool -n '__tool_at \\'more run\\'' -l twice -d 'Flag'"));
  for (const std::string& script : {bash, zsh, fish}) {
    CHECK_FALSE(has(script, "secret"));
    CHECK_FALSE(has(script, "debug"));
  }
}

}  // namespace
}  // namespace vaecomp
