// Completion for fish: one `complete` line per option and command.
#include <string_view>

#include "tools/pages/completion.h"

namespace vaecomp {
namespace {

std::string in_quotes(std::string_view text) {
  std::string result = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') result += '\\';
    result += c;
  }
  return result + "'";
}

// The condition that `command` has been typed, and nothing below it.
std::string condition(const Command& command) {
  return " -n " + in_quotes("__" + command.path.front() + "_at " +
                            in_quotes(command.name_below_program(" ")));
}

std::string value_flags(const Argument& argument) {
  std::string choices;
  for (const std::string& choice : argument.choices)
    choices += (choices.empty() ? "" : " ") + choice;
  switch (argument.kind) {
    case ValueKind::kNone:
      return "";
    case ValueKind::kFile:
      return " -r -F";
    case ValueKind::kChoice:
      return " -x -a " + in_quotes(choices);
    case ValueKind::kOther:
      return " -x";
  }
  return "";
}

}  // namespace

std::string fish_completion(const Command& root) {
  const std::string program = root.path.front();
  std::string names, lines;
  for (const Command* command : all_commands(root)) {
    const std::string name = command->name_below_program(" ");
    const std::string start = "complete -c " + program + condition(*command);
    if (command != &root) {
      const std::string typed = name.find(' ') == std::string::npos ? " " + name : name;
      names += "            case " + in_quotes(typed) + "\n                set command " +
               in_quotes(name) + "\n";
    }
    if (command->positionals.empty()) lines += start + " -f\n";
    for (const Command& below : command->commands)
      lines += start + " -a " + below.path.back() + " -d " + in_quotes(below.description) + "\n";
    for (const Argument& option : command->options) {
      lines += start;
      for (const std::string& option_name : option.names) {
        const bool is_long = option_name.starts_with("--");
        lines += (is_long ? " -l " : " -s ") + option_name.substr(is_long ? 2 : 1);
      }
      lines += value_flags(option) + " -d " + in_quotes(option.description) + "\n";
    }
  }
  return "# Fish completion for " + program +
         "; written by the build from the program's own options.\n"
         "# Succeeds if the commands typed so far are those given: __" +
         program +
         "_at 'model info'.\n"
         "function __" +
         program +
         "_at\n"
         "    set -l command ''\n"
         "    for word in (commandline -opc)[2..-1]\n"
         "        switch \"$command $word\"\n" +
         names +
         "        end\n"
         "    end\n"
         "    test \"$command\" = \"$argv\"\n"
         "end\n" +
         lines;
}

}  // namespace vaecomp
