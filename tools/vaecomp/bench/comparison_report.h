// What the comparison with other programs says, as a table and as JSON.
#pragma once

#include <string>
#include <vector>

#include "tools/vaecomp/bench/comparison.h"

namespace vaecomp {

struct PictureComparison {
  std::string name;
  std::string size;  // as size_text() gives it
  int width = 0, height = 0;
  std::vector<CodecComparison> codecs;  // ours first
};

std::string comparison_as_text(const std::vector<PictureComparison>& pictures);
std::string comparison_as_json(const std::vector<PictureComparison>& pictures);

}  // namespace vaecomp
