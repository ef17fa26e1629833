// The program's commands and options as plain data, read from the parser itself: what manual pages
// and completions are written from.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace vaecomp {

// What may stand in the place of an argument's value.
enum class ValueKind {
  kNone,    // a flag
  kChoice,  // one of `choices`
  kFile,    // a path
  kOther,   // a number or any text
};

struct Argument {
  std::vector<std::string> names;  // "-q", "--quality"; empty: known by its place on the line
  std::string placeholder;         // "Q", "OUT.vaec"; of one without names, its name: "IN"
  std::string description;
  std::string default_value;  // empty: none, or not to be shown
  std::vector<std::string> choices;
  ValueKind kind = ValueKind::kNone;
  bool required = false;
  bool repeats = false;  // may be given, or have values, many times
  bool is_list = false;  // its choices may be joined by commas
};

struct Command {
  std::vector<std::string> path;  // {"vaecomp", "model", "info"}
  std::string description;
  std::string footer;                 // examples and the like, as --help shows them
  std::vector<Argument> options;      // have names
  std::vector<Argument> positionals;  // have none
  std::vector<Command> commands;

  // "vaecomp model info", with any separator.
  std::string full_name(const std::string& separator) const;
  // The same without the program: "model info"; empty for the program itself.
  std::string name_below_program(const std::string& separator) const;
};

// Reads a parser. Hidden options and commands (those with an empty group) are left out, options of
// option groups belong to the command around them. An option takes a file if its placeholder says
// so: IN, OUT, FILE, FOLDER, DIR or PATH, alone or as in OUT.vaec; so does every positional
// argument without choices.
Command describe(const CLI::App& app);

// A command and all below it, in order.
std::vector<const Command*> all_commands(const Command& root);

}  // namespace vaecomp
