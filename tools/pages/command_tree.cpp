// Reading CLI11's parser.
#include "tools/pages/command_tree.h"

#include <algorithm>
#include <cctype>
#include <iterator>
#include <string_view>

namespace vaecomp {
namespace {

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(separator, begin), text.size());
    parts.emplace_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

// "OUT", "FILE.vaem", "OUT-%02d.png"; not "INT".
bool names_a_file(const std::string& placeholder) {
  for (const std::string_view word : {"IN", "OUT", "FILE", "FOLDER", "DIR", "PATH"}) {
    if (!placeholder.starts_with(word)) continue;
    const bool ends = placeholder.size() == word.size();
    if (ends || !std::isalpha(static_cast<unsigned char>(placeholder[word.size()]))) return true;
  }
  return false;
}

Argument read_argument(const CLI::Option& option) {
  Argument argument;
  argument.description = option.get_description();
  argument.default_value = option.get_default_str();
  argument.required = option.get_required();
  // "KIND,...": lists that a check takes apart.
  argument.is_list = option.get_type_name().find(",...") != std::string::npos;
  argument.repeats = argument.is_list || option.get_items_expected_max() > 1 ||
                     option.get_multi_option_policy() == CLI::MultiOptionPolicy::TakeAll;

  // "F:{png,ppm}", "Q:INT in [0 - 100]": the placeholder, then what the checks say of themselves.
  const std::string type = option.get_type_name();
  argument.placeholder = type.substr(0, type.find(':'));
  const std::size_t open = type.find(":{");
  const std::size_t close = open == std::string::npos ? open : type.find('}', open);
  if (close != std::string::npos) {
    argument.choices = split(std::string_view(type).substr(open + 2, close - open - 2), ',');
  }

  if (option.nonpositional()) {
    for (const std::string& name : option.get_snames()) argument.names.push_back("-" + name);
    for (const std::string& name : option.get_lnames()) argument.names.push_back("--" + name);
  } else {
    argument.placeholder = option.get_name(true);
  }
  if (option.get_items_expected_max() == 0) {
    argument.placeholder.clear();
    argument.default_value.clear();
  } else if (!argument.choices.empty()) {
    argument.kind = ValueKind::kChoice;
  } else if (argument.names.empty() || names_a_file(argument.placeholder)) {
    argument.kind = ValueKind::kFile;
  } else {
    argument.kind = ValueKind::kOther;
  }
  return argument;
}

void read_members(const CLI::App& app, Command& command) {
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_group().empty()) continue;
    // An option group has a --help of its own that is never shown.
    if (app.get_name().empty() && option == app.get_help_ptr()) continue;
    Argument argument = read_argument(*option);
    auto& list = argument.names.empty() ? command.positionals : command.options;
    list.push_back(std::move(argument));
  }
  for (const CLI::App* below : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (below->get_name().empty()) {
      read_members(*below, command);  // an option group
      continue;
    }
    if (below->get_group().empty()) continue;
    Command child;
    child.path = command.path;
    child.path.push_back(below->get_name());
    child.description = below->get_description();
    child.footer = below->get_footer();
    read_members(*below, child);
    command.commands.push_back(std::move(child));
  }
}

std::string joined(const std::vector<std::string>& words, std::size_t first,
                   const std::string& separator) {
  std::string text;
  for (std::size_t i = first; i < words.size(); ++i)
    text += (i > first ? separator : "") + words[i];
  return text;
}

}  // namespace

std::string Command::full_name(const std::string& separator) const {
  return joined(path, 0, separator);
}

std::string Command::name_below_program(const std::string& separator) const {
  return joined(path, 1, separator);
}

Command describe(const CLI::App& app) {
  Command root;
  root.path = {app.get_name()};
  root.description = app.get_description();
  root.footer = app.get_footer();
  read_members(app, root);
  return root;
}

std::vector<const Command*> all_commands(const Command& root) {
  std::vector<const Command*> all{&root};
  for (const Command& below : root.commands) {
    std::ranges::copy(all_commands(below), std::back_inserter(all));
  }
  return all;
}

}  // namespace vaecomp
