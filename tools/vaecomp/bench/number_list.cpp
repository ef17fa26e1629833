// Splits at commas.
#include "tools/vaecomp/bench/number_list.h"

#include <algorithm>
#include <charconv>

namespace vaecomp {
namespace {

std::vector<std::string> split(const std::string& list) {
  std::vector<std::string> words(1);
  for (const char c : list) {
    if (c == ',') {
      words.emplace_back();
    } else {
      words.back() += c;
    }
  }
  return words;
}

template <typename Number>
std::vector<Number> read_all(const std::string& list) {
  std::vector<Number> numbers;
  for (const std::string& word : split(list)) {
    Number number = 0;
    std::from_chars(word.data(), word.data() + word.size(), number);
    if (std::ranges::find(numbers, number) == numbers.end()) numbers.push_back(number);
  }
  return numbers;
}

}  // namespace

CLI::Validator list_of(const CLI::Validator& each) {
  const auto check = [each](std::string& text) {
    std::string list;
    for (std::string word : split(text)) {
      if (std::string refused = each(word); !refused.empty()) return refused;
      list += (list.empty() ? "" : ",") + word;
    }
    text = list;
    return std::string();
  };
  return {check, each.get_description()};
}

std::vector<double> numbers_of(const std::string& list) { return read_all<double>(list); }
std::vector<int> whole_numbers_of(const std::string& list) { return read_all<int>(list); }

}  // namespace vaecomp
