// The pictures that bench measures on: files, or generated ones.
#pragma once

#include <string>
#include <vector>

#include "tools/vaecomp/bench/bench_command.h"

namespace vaecomp {

// One of them, made or read when it is its turn.
struct BenchPicture {
  std::string path = {};  // empty: generated
  double megapixels = 0;  // of a generated one

  std::string name() const;
};

std::vector<BenchPicture> bench_pictures(const BenchArgs& args);

// Failures: those of reading a picture.
Status load(const BenchPicture& picture, const BenchArgs& args, Image& image);

}  // namespace vaecomp
