// Numbers joined by commas, as options take them: "0.4,12".
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace vaecomp {

// Has each number of a list checked, and written anew, by `each`.
CLI::Validator list_of(const CLI::Validator& each);

// The numbers of a list that list_of() let pass, in order, each once.
std::vector<double> numbers_of(const std::string& list);
std::vector<int> whole_numbers_of(const std::string& list);

}  // namespace vaecomp
