// What the measurements of the codec say, as a table and as JSON.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tools/vaecomp/bench/codec_runs.h"
#include "tools/vaecomp/bench/peak/kernel_peak.h"
#include "vaecomp/model_info.hpp"

namespace vaecomp {

struct PictureMeasurements {
  std::string name;
  std::string size;  // as size_text() gives it
  int width = 0, height = 0;
  std::vector<CodecMeasurement> measurements;

  double pixels() const { return double{1} * width * height; }
};

struct BenchReport {
  std::string kernels;
  std::string model_id, model_name;
  int quality = 50;
  std::optional<CodecCost> cost;  // of a pixel; nothing where the model's cost is another's
  std::vector<std::pair<int, KernelPeak>> peaks;  // number of threads, and that with them
  std::vector<PictureMeasurements> pictures;
};

// Multiply-accumulates of the networks, each run once, and the share of the measured processor time
// that they alone would take.
struct Throughput {
  double gmac_per_second = 0;  // of time on the wall
  double share_of_peak = 0;    // 0 .. 1, of processor time
};

// Nothing if the report has no cost, or no peak for that number of threads.
std::optional<Throughput> throughput(const BenchReport& report, const CodecMeasurement& measurement,
                                     double pixels);

std::string as_text(const BenchReport& report);
std::string as_json(const BenchReport& report);

}  // namespace vaecomp
