// Runs codecs as programs on files, in turns, at about equal PSNR.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "format/error.h"
#include "tools/vaecomp/bench/child_run.h"
#include "tools/vaecomp/bench/rivals.h"
#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

struct CodecComparison {
  CodecCommands codec;
  double quality = 0;  // on the codec's own scale of 0 .. 100
  double psnr = 0;     // dB
  std::uint64_t stream_bytes = 0;
  std::vector<ChildRun> encodes = {}, decodes = {};
};

struct ComparisonPlan {
  int quality = 50;          // of our own streams
  std::vector<int> efforts;  // of our own program
  std::string model;         // file; empty: the built-in one
  int repeats = 5;
};

// Measures our program at each effort, then the rivals that are installed, each at the quality that
// comes nearest in PSNR to our first, out of four trials. All of it with one thread each, on an
// uncompressed PNG of the picture's colours at 8 bits in a temporary folder. Takes the picture, so
// that its memory is free when programs are started. `step` is called after each turn of all
// programs. Errors: kIo and those of read_picture().
Result<std::vector<CodecComparison>> compare_codecs(Image image, const ComparisonPlan& plan,
                                                    const std::function<void()>& step);

}  // namespace vaecomp
