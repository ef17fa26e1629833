// The turns.
#include "tools/vaecomp/bench/codec_runs.h"

#include <utility>

#include "tools/vaecomp/bench/process_memory.h"
#include "vaecomp/rows.hpp"

namespace vaecomp {
namespace {

constexpr double kEnough = 30;  // seconds of one measurement after which it is not repeated

// Counts rows.
class CountingSink : public PictureSink {
 public:
  Result<void> begin(const PictureHead& head) override {
    missing_ = head.height;
    return {};
  }
  Result<void> take(ImageView rows) override {
    missing_ -= rows.height;
    return {};
  }
  bool complete() const { return missing_ == 0; }

 private:
  int missing_ = -1;
};

Result<void> decode_to_nowhere(const Model& model, ByteSpan stream, int threads) {
  CountingSink sink;
  DecodeOptions options;
  options.threads = threads;
  options.limits.max_pixels = std::uint64_t{kMaxSide} * kMaxSide;  // it was held as a whole before
  Result<void> done = decode_rows(model, stream, sink, options);
  if (done && !sink.complete()) return Error{ErrorCode::kInternal, "rows are missing"};
  return done;
}

double wall_seconds(const CodecMeasurement& measurement) {
  double sum = 0;
  for (const RunTime& run : measurement.runs) sum += run.wall;
  return sum;
}

std::vector<CodecMeasurement> planned(const BenchPlan& plan) {
  std::vector<CodecMeasurement> all;
  for (const int effort : plan.efforts)
    for (const int threads : plan.threads) all.push_back({.effort = effort, .threads = threads});
  for (const int threads : plan.threads) all.push_back({.effort = 0, .threads = threads});
  return all;
}

}  // namespace

Result<std::vector<CodecMeasurement>> measure_codec(const Model& model, const Image& image,
                                                    const BenchPlan& plan,
                                                    const std::function<void()>& step) {
  std::vector<CodecMeasurement> all = planned(plan);
  Bytes stream;  // of the first effort
  for (int turn = 0; turn < plan.repeats; ++turn) {
    for (CodecMeasurement& each : all) {
      if (wall_seconds(each) >= kEnough) {
        step();
        continue;
      }
      std::optional<MemoryGrowth> growth;
      if (turn == 0) growth.emplace();
      Result<Bytes> coded = Bytes();
      const Stopwatch watch;
      if (each.encodes()) {
        coded = encode(model, image.view(),
                       {.quality = plan.quality, .effort = each.effort, .threads = each.threads});
        if (!coded) return coded.error();
      } else if (Result<void> done = decode_to_nowhere(model, stream, each.threads); !done) {
        return done.error();
      }
      each.runs.push_back(watch.read());
      if (growth) each.memory = growth->peak();
      if (stream.empty()) stream = *coded;
      each.stream_bytes = each.encodes() ? coded->size() : stream.size();
      step();
    }
  }
  return all;
}

}  // namespace vaecomp
