// The encoder's side of the shared loops: values are chosen and queued.
#include "codec/encoder/enc_latents.h"

#include <algorithm>
#include <cassert>
#include <span>
#include <vector>

#include "codec/encoder/trellis_search.h"
#include "codec/prior/code_latents.h"

namespace vaecomp {
namespace {

// Queues and prices values.
struct ValueWriter {
  RansEncoder& encoder;
  PriceMap* prices;
  int width;  // of the grid
  std::int64_t cost_q8 = 0;

  int operator()(const LatentPrior& p, int table, int chosen) {
    const int value = encoder.put_value(table, chosen);
    const int price = encoder.tables().cost_q8(table, value);
    cost_q8 += price;
    if (prices != nullptr) (*prices)[static_cast<std::size_t>(p.y) * width + p.x] += price;
    return value;
  }
};

// Latent less mean in 1/256 step.
std::int32_t residual_q8(std::int32_t latent_q8, int mean_q4) {
  return latent_q8 - mean_q4 * (kLatentOne >> kLatentFraction);
}

// Chooses the values of a row's latents together.
class RowQuantiser {
 public:
  RowQuantiser(const CdfTables& tables, int rate_weight) : search_(tables, rate_weight) {}

  void add(const LatentPrior& p, std::int32_t latent_q8) {
    // Further out no latent can be: neither the clip of VC-29 nor a sum of the search is reached.
    constexpr std::int32_t kLimit = kLatentMax * (kLatentOne >> kLatentFraction) - 4 * kLatentOne;
    latents_.push_back({residual_q8(std::clamp(latent_q8, -kLimit, kLimit), p.mean),
                        static_cast<std::uint8_t>(p.scale_index)});
  }

  // The values of what was added, when the first meets the state of `dequantiser`.
  std::span<const std::int32_t> choose(Dequantiser dequantiser) {
    // A search over more at once finds nothing better, and leaves the cache.
    constexpr std::size_t kPart = 4096;
    values_.resize(latents_.size());
    for (std::size_t begin = 0; begin < latents_.size(); begin += kPart) {
      const std::size_t count = std::min(kPart, latents_.size() - begin);
      const auto part = std::span(values_).subspan(begin, count);
      search_.choose(std::span(latents_).subspan(begin, count), dequantiser.state(), part);
      for (const std::int32_t value : part) dequantiser.offset(value);
    }
    latents_.clear();
    return values_;
  }

 private:
  TrellisSearch search_;
  std::vector<TrellisLatent> latents_;
  std::vector<std::int32_t> values_;
};

}  // namespace

std::int64_t encode_hyper(const LatentsQ8& z_q8, const HyperPrior& prior, int quality,
                          const Rounding& rounding, RansEncoder& encoder, Tensor& z,
                          PriceMap* prices) {
  assert(z_q8.height == z.height && z_q8.width == z.width && z_q8.channels == z.channels);
  ValueWriter writer{encoder, prices, z.width};
  code_hyper(prior, quality, z, [&](const LatentPrior& p) {
    return writer(p, p.scale_index,
                  choose_value(encoder.tables(), p.scale_index, z_q8.at(p.y, p.x)[p.channel],
                               p.mean, rounding.rate_weight));
  });
  return writer.cost_q8;
}

std::int64_t encode_step(const PackedLatents& y_q8, const TensorRows& parameters,
                         const ContextStep& step, int row_begin, int row_end,
                         const Rounding& rounding, Dequantiser& dequantiser, RansEncoder& encoder,
                         const LatentRows& decoded, PriceMap* prices) {
  assert(y_q8.height() == decoded.height && y_q8.width() == decoded.width);
  const CdfTables& tables = encoder.tables();
  ValueWriter writer{encoder, prices, y_q8.width()};
  RowQuantiser quantiser(tables, rounding.rate_weight);
  const std::size_t channels = step.channels();
  std::vector<std::int32_t> row(y_q8.width() * channels);
  const auto latent = [&](const LatentPrior& p) {
    return row[p.x * channels + (p.channel - step.first)];
  };
  const auto offset = [&](const LatentPrior& p, int value) {
    return dequantiser.offset(writer(p, dequantiser.table(p.scale_index), value));
  };
  for (int y = row_begin; y < row_end; ++y) {
    y_q8.read(y, step.first, step.end, row.data());
    const auto code_row = [&](auto&& offset_of) {
      code_step(parameters, step, y, y + 1, decoded, offset_of);
    };
    if (dequantiser.is_trellis()) {
      code_row([&](const LatentPrior& p) {
        quantiser.add(p, latent(p));
        return 0;
      });
      const std::int32_t* next = quantiser.choose(dequantiser).data();
      code_row([&](const LatentPrior& p) { return offset(p, *next++); });
    } else {
      code_row([&](const LatentPrior& p) {
        const int value =
            choose_value(tables, p.scale_index, latent(p), p.mean, rounding.rate_weight);
        return offset(p, value);
      });
    }
  }
  return writer.cost_q8;
}

}  // namespace vaecomp
