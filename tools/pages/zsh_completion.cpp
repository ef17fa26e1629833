// Completion for zsh: one function per command, made of _arguments specifications.
#include <string_view>

#include "tools/pages/completion.h"

namespace vaecomp {
namespace {

// Inside of single quotes, with `marked` characters behind backslashes.
std::string in_quotes(std::string_view text, std::string_view marked) {
  std::string result;
  for (const char c : text) {
    if (marked.find(c) != std::string_view::npos) result += '\\';
    if (c == '\'') {
      result += "'\\''";
    } else {
      result += c;
    }
  }
  return result;
}

std::string value_action(const Argument& argument) {
  std::string choices;
  for (const std::string& choice : argument.choices)
    choices += (choices.empty() ? "" : " ") + choice;
  switch (argument.kind) {
    case ValueKind::kFile:
      return "_files";
    case ValueKind::kChoice:
      return argument.is_list ? "_values -s , value " + choices : "(" + choices + ")";
    default:
      return " ";
  }
}

// '(-q --quality)'{-q+,--quality=}'[0 (smallest) .. 100 (best)]:Q: '
std::string option_spec(const Argument& option) {
  const bool takes_value = option.kind != ValueKind::kNone;
  std::string names, all;
  for (const std::string& name : option.names) {
    const char* glue = !takes_value ? "" : name.starts_with("--") ? "=" : "+";
    names += (names.empty() ? "" : ",") + name + glue;
    all += (all.empty() ? "" : " ") + name;
  }
  if (option.names.size() > 1) names = "{" + names + "}";
  std::string spec = option.repeats ? "'*'" : "'(" + all + ")'";
  spec += names + "'[" + in_quotes(option.description, "[]\\") + "]";
  if (takes_value) spec += ":" + in_quotes(option.placeholder, ":\\") + ":" + value_action(option);
  return spec + "'";
}

std::string positional_spec(const Argument& positional, std::size_t place) {
  const std::string where = positional.repeats ? "*" : std::to_string(place);
  const char* optional = positional.required || positional.repeats ? ":" : "::";
  return "'" + where + optional + in_quotes(positional.placeholder, ":\\") + ":" +
         value_action(positional) + "'";
}

std::string function_of(const Command& command) {
  const std::string name = "_" + command.full_name("_");
  std::string body = name + "() {\n";
  std::string specs;
  for (const Argument& option : command.options) specs += " \\\n    " + option_spec(option);
  for (std::size_t i = 0; i < command.positionals.size(); ++i)
    specs += " \\\n    " + positional_spec(command.positionals[i], i + 1);
  if (command.commands.empty()) return body + "  _arguments -s -S" + specs + "\n}\n\n";

  body += "  local curcontext=$curcontext state line\n  typeset -A opt_args\n";
  body += "  local -a commands=(\n";
  for (const Command& below : command.commands) {
    body += "    '" + in_quotes(below.path.back(), ":\\") + ":" +
            in_quotes(below.description, "\\") + "'\n";
  }
  body += "  )\n  _arguments -C -s -S" + specs +
          " \\\n    '1:command:->command' \\\n    '*::argument:->argument'\n"
          "  case $state in\n"
          "    command) _describe command commands ;;\n"
          "    argument)\n      case $line[1] in\n";
  for (const Command& below : command.commands) {
    body += "        " + below.path.back() + ") _" + below.full_name("_") + " ;;\n";
  }
  return body + "      esac\n      ;;\n  esac\n}\n\n";
}

}  // namespace

std::string zsh_completion(const Command& root) {
  const std::string program = root.path.front();
  std::string text =
      "#compdef " + program + "\n# Written by the build from the program's own options.\n\n";
  for (const Command* command : all_commands(root)) text += function_of(*command);
  // Autoloaded, the file is the function's first call; sourced, it only declares.
  return text + "if [[ $funcstack[1] == _" + program + " ]]; then\n  _" + program +
         " \"$@\"\nelse\n  compdef _" + program + " " + program + "\nfi\n";
}

}  // namespace vaecomp
