// Encodes and decodes a picture in memory, again and again, with the library's public functions.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "tools/vaecomp/bench/measurement.h"
#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

// What to measure on every picture: encoding at each effort, and decoding, with each number of
// threads.
struct BenchPlan {
  int quality = 50;
  std::vector<int> efforts;
  std::vector<int> threads;  // 1 or more each
  int repeats = 5;

  std::size_t measurements() const { return (efforts.size() + 1) * threads.size(); }
};

struct CodecMeasurement {
  int effort = 0;  // 0: decoding
  int threads = 1;
  std::vector<RunTime> runs = {};            // at least one
  std::optional<std::uint64_t> memory = {};  // bytes, beyond what was held before, in the first run
  std::uint64_t stream_bytes = 0;

  bool encodes() const { return effort != 0; }
};

// All measurements of a plan take turns, `repeats` times; what has taken half a minute is not
// repeated. Decoding is that of the first effort's stream, to rows that nobody keeps. `step` is
// called after each run. Errors: those of encode() and decode_rows().
Result<std::vector<CodecMeasurement>> measure_codec(const Model& model, const Image& image,
                                                    const BenchPlan& plan,
                                                    const std::function<void()>& step);

}  // namespace vaecomp
