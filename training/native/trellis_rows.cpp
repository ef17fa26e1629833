#include "training/native/trellis_rows.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

#include "codec/encoder/trellis_search.h"
#include "codec/prior/dequantiser.h"
#include "training/native/threads.h"

namespace vaecomp::training {
namespace {

// Rows that one task takes, with one search's memory.
constexpr int kTogether = 16;

std::int32_t to_q8(float steps) {
  constexpr float kOne = 256, kLimit = 1 << 22;  // as far as the search goes
  return static_cast<std::int32_t>(std::lrint(std::clamp(steps * kOne, -kLimit, kLimit)));
}

// One row after another, whose memory is kept.
class RowSearch {
 public:
  RowSearch(const CdfTables& tables, int rate_weight) : search_(tables, rate_weight) {}

  void choose(const float* residuals, const std::uint8_t* indices, int length, std::int32_t* values,
              float* points) {
    latents_.clear();
    for (int i = 0; i < length; ++i) {
      if (indices[i] > 0) latents_.push_back({to_q8(residuals[i]), indices[i]});
    }
    chosen_.resize(latents_.size());
    search_.choose(latents_, 0, chosen_);
    Dequantiser dequantiser(Quantisation::kTrellis);
    const std::int32_t* next = chosen_.data();
    for (int i = 0; i < length; ++i) {
      const bool coded = indices[i] > 0;
      values[i] = coded ? *next++ : 0;
      points[i] =
          coded ? static_cast<float>(dequantiser.offset(values[i])) / (1 << kLatentFraction) : 0;
    }
  }

 private:
  TrellisSearch search_;
  std::vector<TrellisLatent> latents_;
  std::vector<std::int32_t> chosen_;
};

}  // namespace

void choose_values(const TrellisRows& in, const CdfTables& tables, int rate_weight,
                   std::int32_t* values, float* points) {
  const int tasks = (in.rows + kTogether - 1) / kTogether;
  parallel_tasks(tasks, [&](int task) {
    RowSearch search(tables, rate_weight);
    const int end = std::min(in.rows, (task + 1) * kTogether);
    for (int row = task * kTogether; row < end; ++row) {
      const std::size_t at = static_cast<std::size_t>(row) * in.length;
      search.choose(in.residuals + at, in.indices + at, in.length, values + at, points + at);
    }
  });
}

}  // namespace vaecomp::training
