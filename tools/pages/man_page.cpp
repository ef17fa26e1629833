// From a command's help to roff.
#include "tools/pages/man_page.h"

#include <algorithm>
#include <cctype>
#include <sstream>
#include <string_view>

namespace vaecomp {
namespace {

// Text that roff shows as it is: a program's options need the ASCII minus, not a hyphen.
std::string escaped(std::string_view text) {
  std::string roff;
  for (const char c : text) {
    switch (c) {
      case '\\':
        roff += "\\e";
        break;
      case '-':
        roff += "\\-";
        break;
      case '\'':
        roff += "\\(aq";
        break;
      case '`':
        roff += "\\(ga";
        break;
      case '^':
        roff += "\\(ha";
        break;
      case '~':
        roff += "\\(ti";
        break;
      case '"':
        roff += "\\(dq";
        break;
      default:
        roff += c;
    }
  }
  // A point at a line's start would be a request.
  return roff.starts_with('.') ? "\\&" + roff : roff;
}

std::string bold(std::string_view text) { return "\\fB" + escaped(text) + "\\fR"; }
std::string italic(std::string_view text) { return "\\fI" + escaped(text) + "\\fR"; }

std::string upper(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

// A sentence of help ends without a full stop; a page's does not.
std::string sentence(const std::string& text) {
  return escaped(text) + (text.empty() || text.ends_with('.') ? "" : ".");
}

std::string with_dots(const Argument& argument) {
  const bool has_dots = argument.placeholder.ends_with("...");
  return italic(argument.placeholder) + (argument.repeats && !has_dots ? "..." : "");
}

std::string synopsis(const Command& command) {
  std::string line = bold(command.full_name(" "));
  const auto optional = [](const Argument& option) { return !option.required; };
  if (std::ranges::any_of(command.options, optional)) line += " [" + italic("OPTIONS") + "]";
  for (const Argument& option : command.options) {
    if (!option.required) continue;
    line += " " + bold(option.names.front());
    if (!option.placeholder.empty()) line += " " + italic(option.placeholder);
  }
  for (const Argument& positional : command.positionals) {
    const std::string name = with_dots(positional);
    line += positional.required ? " " + name : " [" + name + "]";
  }
  if (!command.commands.empty()) line += " " + italic("COMMAND") + " ...";
  return line + "\n";
}

std::string argument_entry(const Argument& argument) {
  std::string names;
  for (const std::string& name : argument.names) names += (names.empty() ? "" : ", ") + bold(name);
  if (!argument.placeholder.empty()) names += (names.empty() ? "" : " ") + with_dots(argument);
  std::string entry = ".TP\n" + names + "\n" + sentence(argument.description) + "\n";
  if (!argument.choices.empty()) {
    std::string choices;
    for (const std::string& choice : argument.choices)
      choices += (choices.empty() ? "" : ", ") + bold(choice);
    entry += (argument.is_list ? "Any of " : "One of ") + choices + ".\n";
  }
  if (!argument.default_value.empty())
    entry += "Default: " + escaped(argument.default_value) + ".\n";
  if (argument.required) entry += "Required.\n";
  return entry;
}

// One section of a footer. Its lines are shown as they stand, but for "  CODE  meaning", which
// becomes an entry of a list.
std::string footer_section(const std::string& title, const std::vector<std::string>& lines) {
  const bool codes = title == "Exit codes";
  std::string roff = ".SH " + (codes ? std::string("EXIT STATUS") : upper(title)) + "\n";
  if (!codes) roff += ".nf\n.RS 4\n";
  for (const std::string& line : lines) {
    const std::size_t start = std::min(line.find_first_not_of(' '), line.size());
    const std::string text = line.substr(start);
    const std::size_t gap = text.find("  ");
    if (codes && gap != std::string::npos) {
      const std::size_t meaning = text.find_first_not_of(' ', gap);
      roff += ".TP\n" + bold(text.substr(0, gap)) + "\n" + sentence(text.substr(meaning)) + "\n";
    } else {
      roff += (codes ? ".PP\n" : "") + escaped(text) + "\n";
    }
  }
  if (!codes) roff += ".RE\n.fi\n";
  return roff;
}

// A footer: paragraphs, and sections that begin with "Title:" and go on with indented lines.
struct Footer {
  std::string paragraphs;  // roff
  std::string sections;    // roff
};

Footer read_footer(const std::string& footer) {
  Footer result;
  std::istringstream text(footer);
  std::string title, line;
  std::vector<std::string> lines;
  bool starts_paragraph = true;
  const auto end_section = [&] {
    if (!title.empty()) result.sections += footer_section(title, lines);
    title.clear();
    lines.clear();
  };
  while (std::getline(text, line)) {
    if (line.starts_with(' ') && !title.empty()) {
      lines.push_back(line);
    } else if (line.ends_with(':')) {
      end_section();
      title = line.substr(0, line.size() - 1);
    } else {
      end_section();
      if (!line.empty())
        result.paragraphs += (starts_paragraph ? ".PP\n" : "") + escaped(line) + "\n";
      starts_paragraph = line.empty();
    }
  }
  end_section();
  return result;
}

std::string see_also(const Command& command, const Command& root) {
  std::vector<std::string> names;
  for (const Command* other : all_commands(root)) {
    const bool parent = other->path.size() + 1 == command.path.size() &&
                        std::equal(other->path.begin(), other->path.end(), command.path.begin());
    const bool child = other->path.size() == command.path.size() + 1 &&
                       std::equal(command.path.begin(), command.path.end(), other->path.begin());
    if (parent || child || (other == &root && other != &command))
      names.push_back(bold(other->full_name("-")) + "(1)");
  }
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    text += names[i] + (i + 1 < names.size() ? ",\n" : "\n");
  }
  return text;
}

}  // namespace

std::string man_page_file(const Command& command) { return command.full_name("-") + ".1"; }

std::string man_page(const Command& command, const Command& root, const std::string& version) {
  const bool is_root = &command == &root;
  const std::string name = command.full_name("-");
  std::string page = ".\\\" Written by the build from the program's own help.\n";
  page += ".TH \"" + escaped(upper(name)) + "\" 1 \"\" \"" + root.path.front() + " " + version +
          "\" \"User Commands\"\n.nh\n.ad l\n";
  page += ".SH NAME\n" + escaped(name) + " \\- " + escaped(command.description) + "\n";
  page += ".SH SYNOPSIS\n" + synopsis(command);
  const Footer footer = read_footer(command.footer);
  page += ".SH DESCRIPTION\n" + sentence(command.description) + "\n" + footer.paragraphs;
  if (!command.commands.empty()) {
    page += ".SH COMMANDS\n";
    for (const Command& below : command.commands)
      page += ".TP\n" + bold(below.full_name("-")) + "(1)\n" + sentence(below.description) + "\n";
  }
  if (!command.positionals.empty()) {
    page += ".SH ARGUMENTS\n";
    for (const Argument& positional : command.positionals) page += argument_entry(positional);
  }
  page += ".SH OPTIONS\n";
  for (const Argument& option : command.options) page += argument_entry(option);
  page += footer.sections;
  if (!is_root) {
    page += ".SH EXIT STATUS\n0 when all is done; the other codes are listed in " +
            bold(root.path.front()) + "(1).\n";
  }
  page += ".SH SEE ALSO\n" + see_also(command, root);
  return page;
}

}  // namespace vaecomp
