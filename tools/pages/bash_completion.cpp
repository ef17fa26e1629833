// Completion for bash: two case statements, one for the word before, one for the command.
#include "tools/pages/completion.h"

namespace vaecomp {
namespace {

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

// The case that completes an option's value: "encode:-q | encode:--quality) ... ;;".
std::string value_case(const Command& command, const Argument& option) {
  std::string patterns;
  for (const std::string& name : option.names) {
    patterns +=
        (patterns.empty() ? "'" : " | '") + command.name_below_program(" ") + ":" + name + "'";
  }
  std::string action = "return";
  if (option.kind == ValueKind::kFile) action = "compopt -o default; return";
  if (option.kind == ValueKind::kChoice)
    action = "COMPREPLY=($(compgen -W '" + joined(option.choices) + "' -- \"$word\")); return";
  return "    " + patterns + ") " + action + " ;;\n";
}

}  // namespace

std::string bash_completion(const Command& root) {
  const std::string program = root.path.front();
  std::string names, values, members;
  for (const Command* command : all_commands(root)) {
    const std::string name = command->name_below_program(" ");
    if (command != &root) {
      const std::size_t last_blank = name.rfind(' ');
      const std::string typed = last_blank == std::string::npos ? " " + name : name;
      names += "      '" + typed + "') command='" + name + "' ;;\n";
    }
    std::vector<std::string> options, below;
    for (const Argument& option : command->options) {
      options.insert(options.end(), option.names.begin(), option.names.end());
      if (option.kind != ValueKind::kNone) values += value_case(*command, option);
    }
    for (const Command& child : command->commands) below.push_back(child.path.back());
    members += "    '" + name + "')\n      options='" + joined(options) + "'\n";
    if (!below.empty()) members += "      commands='" + joined(below) + "'\n";
    members += "      ;;\n";
  }
  return "# Bash completion for " + program +
         "; written by the build from the program's own options.\n"
         "_" +
         program +
         "() {\n"
         "  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}\n"
         "  local command='' options='' commands='' i\n"
         "  # Bash takes --quality=5 for three words.\n"
         "  if [[ $word == '=' ]]; then\n"
         "    word=''\n"
         "  elif [[ $before == '=' ]]; then\n"
         "    before=${COMP_WORDS[COMP_CWORD - 2]}\n"
         "  fi\n"
         "  for ((i = 1; i < COMP_CWORD; ++i)); do\n"
         "    case \"$command ${COMP_WORDS[i]}\" in\n" +
         names +
         "    esac\n"
         "  done\n"
         "  COMPREPLY=()\n"
         "  case \"$command:$before\" in\n" +
         values +
         "  esac\n"
         "  case $command in\n" +
         members +
         "  esac\n"
         "  if [[ $word == -* ]]; then\n"
         "    COMPREPLY=($(compgen -W \"$options\" -- \"$word\"))\n"
         "  elif [[ -n $commands ]]; then\n"
         "    COMPREPLY=($(compgen -W \"$commands\" -- \"$word\"))\n"
         "  else\n"
         "    compopt -o default\n"
         "  fi\n"
         "}\n"
         "complete -F _" +
         program + " " + program + "\n";
}

}  // namespace vaecomp
