// Checks of option values, each of which says in a sentence what is wrong.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace vaecomp {

// "a quality is a whole number from 0 to 100, not 50.5". Decimal digits only; leading zeros are
// taken away, which the parser would read as an octal number's: for transform(), not check().
CLI::Validator whole_number(const std::string& what, std::int64_t least, std::uint64_t most);

// "a PSNR is a number from 1 to 200, not nan".
CLI::Validator real_number(const std::string& what, double least, double most);

// "a format is png or jpg, not tga". Takes other cases and `aliases` of names, which it replaces:
// for transform(), not check().
CLI::Validator one_of(const std::string& what, std::vector<std::string> names,
                      std::map<std::string, std::string> aliases = {});

// Has every option and argument of the command and of those below refuse an empty text, as an unset
// variable of a script gives it: "needs a file's name, and this is empty".
void refuse_empty_values(CLI::App& app);

}  // namespace vaecomp
