// Validators of CLI11: they get the text, may change it, and return what is wrong with it.
#include "tools/vaecomp/support/values.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <string_view>
#include <utility>

namespace vaecomp {
namespace {

std::string number_text(double number) {
  char text[32];
  std::snprintf(text, sizeof text, "%g", number);
  return text;
}

// Quoted where it could not be told from the sentence.
std::string refusal(const std::string& sentence, const std::string& text) {
  const bool plain = !text.empty() && text.find_first_of(" \t\r\n") == text.npos;
  return sentence + ", not " + (plain ? text : "'" + text + "'");
}

template <typename Number>
bool read(std::string_view text, Number& number) {
  const char* const end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, number);
  return result.ec == std::errc() && result.ptr == end;
}

// Whether `text` is a whole number in least .. most, whichever type it needs.
bool in_range(const std::string& text, std::int64_t least, std::uint64_t most,
              std::string& canonical) {
  if (std::uint64_t number = 0; read(text, number)) {
    canonical = std::to_string(number);
    return number <= most && (least < 0 || number >= static_cast<std::uint64_t>(least));
  }
  std::int64_t number = 0;
  if (!read(text, number)) return false;
  canonical = std::to_string(number);
  return number >= least && number <= 0;
}

// Placeholders of files are FILE.vaem, OUT and the like; arguments known by their place are files.
bool names_a_file(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  return !option.nonpositional() || type.starts_with("FILE") || type.starts_with("OUT");
}

}  // namespace

CLI::Validator whole_number(const std::string& what, std::int64_t least, std::uint64_t most) {
  const std::string range = std::to_string(least) + " .. " + std::to_string(most);
  const std::string sentence =
      what + " is a whole number from " + std::to_string(least) + " to " + std::to_string(most);
  const auto check = [=](std::string& text) {
    std::string canonical;
    if (!in_range(text, least, most, canonical)) return refusal(sentence, text);
    text = canonical;
    return std::string();
  };
  return {check, range};
}

CLI::Validator real_number(const std::string& what, double least, double most) {
  const std::string sentence =
      what + " is a number from " + number_text(least) + " to " + number_text(most);
  const auto check = [=](std::string& text) {
    double number = 0;
    const bool good =
        read(text, number) && std::isfinite(number) && number >= least && number <= most;
    return good ? std::string() : refusal(sentence, text);
  };
  return {check, number_text(least) + " .. " + number_text(most)};
}

CLI::Validator one_of(const std::string& what, std::vector<std::string> names,
                      std::map<std::string, std::string> aliases) {
  std::string all, set;
  for (std::size_t i = 0; i < names.size(); ++i) {
    all += (i == 0 ? "" : i + 1 == names.size() ? " or " : ", ") + names[i];
    set += (i == 0 ? "" : ",") + names[i];
  }
  const auto check = [sentence = what + " is " + all, names = std::move(names),
                      aliases = std::move(aliases)](std::string& text) {
    std::string name = text;
    for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    if (const auto alias = aliases.find(name); alias != aliases.end()) name = alias->second;
    if (std::find(names.begin(), names.end(), name) == names.end()) return refusal(sentence, text);
    text = name;
    return std::string();
  };
  return {check, "{" + set + "}"};
}

void refuse_empty_values(CLI::App& app) {
  for (CLI::Option* option : app.get_options([](const CLI::Option*) { return true; })) {
    if (option->get_items_expected_max() == 0) continue;
    const bool file = names_a_file(*option);
    option->check(CLI::Validator(
        [file](std::string& text) {
          if (!text.empty()) return std::string();
          return std::string(file ? "needs a file's name" : "needs a value") +
                 ", and this one is empty";
        },
        ""));
  }
  for (CLI::App* below : app.get_subcommands([](const CLI::App*) { return true; }))
    refuse_empty_values(*below);
}

}  // namespace vaecomp
