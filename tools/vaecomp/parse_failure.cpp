// Of several faults the one that explains the others is told: a misspelt option before what is
// missing because of it.
#include "tools/vaecomp/parse_failure.h"

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "tools/vaecomp/support/names.h"

namespace vaecomp {
namespace {

using Words = std::vector<std::string>;

bool contains(const Words& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// The command that a wrong line is about: the innermost one that was named.
const CLI::App& innermost(const CLI::App& app) {
  const std::vector<CLI::App*> named = app.get_subcommands();
  return named.empty() ? app : innermost(*named.front());
}

std::string named_command(const CLI::App& app) {
  const std::vector<CLI::App*> named = app.get_subcommands();
  return named.empty() ? app.get_name() : app.get_name() + " " + named_command(*named.front());
}

// "encode, decode, ..."
std::string commands_below(const CLI::App& app) {
  std::string names;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
    names += (names.empty() ? "" : ", ") + command->get_name();
  return names;
}

// The words up to "--", behind which all are names.
Words words_of(int argc, const char* const* argv) {
  Words words;
  for (int i = 1; i < argc && argv[i] != std::string("--"); ++i) words.emplace_back(argv[i]);
  return words;
}

// The word, if there is one, that was meant to name a file but begins as an option does: it looks
// like a name and is no option, or it would be one with its value behind (-q.png) and there is such
// a file.
std::string dashed_name(const Words& words, const Words& unknown) {
  for (const std::string& word : words) {
    if (word.size() < 3 || word.front() != '-') continue;
    std::error_code ignored;
    const bool there = std::filesystem::exists(word, ignored);
    const bool looks_so = there || (word.find_first_of("./") != std::string::npos &&
                                    word.find('=') == std::string::npos);
    if (contains(unknown, word) ? looks_so : there && word[1] != '-') return word;
  }
  return {};
}

// About the first option that nobody knows, or knows in front of the command; empty if there is
// none.
std::string unknown_option(const CLI::App& app, const Words& words, const Words& unknown) {
  const std::vector<CLI::App*> named = app.get_subcommands();
  const auto command = named.empty()
                           ? words.begin()
                           : std::find(words.begin(), words.end(), named.front()->get_name());
  for (auto word = words.begin(); word != words.end(); ++word) {
    if (word->size() < 2 || word->front() != '-' || !contains(unknown, *word)) continue;
    if (word < command) {
      return "options follow the command: write " + named_command(app) + " ... " +
             quoted_name(*word);
    }
    return "unknown option " + quoted_name(*word);
  }
  return {};
}

template <typename Kind>
bool is(const CLI::ParseError& error) {
  return dynamic_cast<const Kind*>(&error) != nullptr;
}

// The parser's sentence, made one that says what to type.
std::string in_words(const CLI::App& app, const CLI::ParseError& error, const Words& words,
                     const Words& unknown) {
  const std::string text = error.what();
  const bool required = is<CLI::RequiredError>(error);
  if (std::string option = unknown_option(app, words, unknown); !option.empty()) return option;
  if (is<CLI::ExcludesError>(error)) return text + ": leave one of them out";
  // "--quality: 1 required Q:0 .. 100 missing"
  if (is<CLI::ArgumentMismatch>(error) && text.ends_with(" missing"))
    return text.substr(0, text.find(':')) + " needs a value";
  if (required && innermost(app).get_require_subcommand_min() > 0)
    return "a command is missing: " + commands_below(innermost(app));
  if (required && text.starts_with("--output ")) return text + ": add -o OUT";
  if (required && text.starts_with("IN ")) return text + ": name a file";
  if (is<CLI::ExtrasError>(error) && !unknown.empty()) {
    const auto first = std::find_if(words.begin(), words.end(), [&](const std::string& word) {
      return contains(unknown, word);
    });
    return quoted_name(first == words.end() ? unknown.front() : *first) + " is one name too many";
  }
  return text;
}

}  // namespace

Failure parse_failure(const CLI::App& app, const CLI::ParseError& error, int argc,
                      const char* const* argv) {
  const Words unknown = app.remaining(true), words = words_of(argc, argv);
  // CLI11 would only say that a command is missing.
  if (app.get_subcommands().empty() && !unknown.empty()) {
    return usage_error("unknown command or option: " + quoted_name(unknown.front()) +
                       " (see vaecomp --help)");
  }
  std::string text = in_words(app, error, words, unknown);
  if (const std::string name = dashed_name(words, unknown); !name.empty()) {
    text += "; to name a file that begins with a dash write " + quoted_name("./" + name) +
            " or put -- before it";
  }
  return usage_error(text + " (see " + named_command(app) + " --help)");
}

}  // namespace vaecomp
