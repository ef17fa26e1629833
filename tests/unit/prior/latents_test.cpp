// Hyper latents and context steps, band by band, from encoder to decoder.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <random>
#include <utility>
#include <vector>

#include "codec/encoder/enc_latents.h"
#include "codec/prior/dec_latents.h"
#include "codec/prior/scale_index.h"
#include "tests/unit/entropy/gaussian_tables.h"

namespace vaecomp {
namespace {

constexpr int kHyperChannels = 5;
constexpr int kQuality = 42;

// A stand-in for a context network: means and scales (below and above the range of indices, too)
// that depend on what is decoded so far, so that a difference between the two sides would spread.
Tensor fake_context(const Tensor& decoded, const ContextStep& step, int seed) {
  Tensor out(decoded.height, decoded.width, 2 * step.channels());
  for (int y = 0; y < decoded.height; ++y) {
    for (int x = 0; x < decoded.width; ++x) {
      unsigned sum = static_cast<unsigned>(seed + 31 * y + 17 * x);
      for (int c = 0; c < decoded.channels; ++c) {
        sum = sum * 69069u + static_cast<std::uint16_t>(decoded.at(y, x)[c]);
        if (x > 0) sum += static_cast<std::uint16_t>(decoded.at(y, x - 1)[c]);
      }
      for (int c = 0; c < step.channels(); ++c) {
        sum = sum * 69069u + 1;
        out.at(y, x)[c] = static_cast<std::int16_t>(static_cast<int>(sum >> 16) % 4001 - 2000);
        out.at(y, x)[step.channels() + c] = static_cast<std::int16_t>((sum >> 8) % 1200 - 100);
      }
    }
  }
  return out;
}

HyperPrior fake_hyper_prior() {
  std::vector<std::int16_t> means;
  std::vector<std::uint8_t> indices;
  for (int k = 0; k < kQualities * kHyperChannels; ++k) {
    means.push_back(static_cast<std::int16_t>(k * 37 % 301 - 150));
    indices.push_back(static_cast<std::uint8_t>(k * 13 % kScaleIndices));
  }
  return *HyperPrior::build(means, indices, kHyperChannels);
}

LatentsQ8 random_latents(int height, int width, int channels, int spread, unsigned seed) {
  LatentsQ8 latents(height, width, channels);
  std::mt19937 random(seed);
  for (std::int32_t& v : latents.values) {
    v = std::uniform_int_distribution<int>(-spread * 256, spread * 256)(random);
  }
  return latents;
}

PackedLatents packed(const LatentsQ8& latents) {
  PackedLatents result(latents.height, latents.width, {0, latents.channels});
  pack(latents, result);
  return result;
}

struct Shape {
  int height, width, channels;
};

struct Encoded {
  std::vector<Bytes> streams;       // one a band
  std::vector<std::int64_t> costs;  // of each band's latents, in 1/256 bit
  std::int64_t hyper_cost = 0;      // in the first band
  Tensor z, decoded;
};

int band_count(int height) { return (height + kBandRows - 1) / kBandRows; }
int band_end(int band, int height) { return std::min((band + 1) * kBandRows, height); }
int hyper_side(int side) { return (side + 3) / 4; }

Encoded encode(const Shape& shape, const std::vector<ContextStep>& steps, const CdfTables& tables,
               const LatentsQ8& y, const LatentsQ8& z, const Rounding& rounding,
               Quantisation quantisation = Quantisation::kScalar) {
  Encoded result;
  const int bands = band_count(shape.height);
  std::vector<RansEncoder> encoders(bands, RansEncoder(tables));
  result.costs.resize(bands);
  result.z = Tensor(z.height, z.width, z.channels);
  result.decoded = Tensor(shape.height, shape.width, shape.channels);
  result.hyper_cost =
      encode_hyper(z, fake_hyper_prior(), kQuality, rounding, encoders[0], result.z);
  for (std::size_t s = 0; s < steps.size(); ++s) {
    const Tensor parameters = fake_context(result.decoded, steps[s], static_cast<int>(s));
    for (int b = bands - 1; b >= 0; --b) {  // the order of bands must not matter
      Dequantiser dequantiser(quantisation);
      result.costs[b] +=
          encode_step(packed(y), parameters, steps[s], b * kBandRows, band_end(b, shape.height),
                      rounding, dequantiser, encoders[b], result.decoded);
    }
  }
  for (RansEncoder& encoder : encoders) result.streams.push_back(encoder.finish());
  return result;
}

void check_decoding(const Shape& shape, const std::vector<ContextStep>& steps,
                    const CdfTables& tables, const Encoded& encoded,
                    Quantisation quantisation = Quantisation::kScalar) {
  std::vector<RansDecoder> decoders;
  for (const Bytes& stream : encoded.streams) {
    decoders.push_back(*RansDecoder::open(stream, tables));
  }
  Tensor z(hyper_side(shape.height), hyper_side(shape.width), kHyperChannels);
  decode_hyper(decoders[0], fake_hyper_prior(), kQuality, z);
  CHECK(z.values == encoded.z.values);
  Tensor decoded(shape.height, shape.width, shape.channels);
  for (std::size_t s = 0; s < steps.size(); ++s) {
    const Tensor parameters = fake_context(decoded, steps[s], static_cast<int>(s));
    for (int b = 0; b < static_cast<int>(decoders.size()); ++b) {
      // Rows come in waves, of any number.
      Dequantiser dequantiser(quantisation);
      const int begin = b * kBandRows, end = band_end(b, shape.height);
      const int middle = begin + (end - begin) / 3;
      decode_step(decoders[b], dequantiser, parameters, steps[s], begin, middle, decoded);
      decode_step(decoders[b], dequantiser, parameters, steps[s], middle, end, decoded);
    }
  }
  CHECK(decoded.values == encoded.decoded.values);
  for (const RansDecoder& decoder : decoders) CHECK(decoder.finish().has_value());
}

// Distance of a decoded latent (Q4) from the encoder's (1/256), in 1/256.
int error_q8(const LatentsQ8& y, const Tensor& decoded, std::size_t k) {
  return std::abs(y.values[k] - 16 * decoded.values[k]);
}

TEST_CASE("VC-27, VC-29, VC-52: round trips of all shapes and schedules") {
  const CdfTables tables = testing::gaussian_tables_with_trellis();
  const std::vector<std::vector<std::uint16_t>> schedules = {
      {0, 6, 15, 0},
      {0, 3, 9, 0, 3, 6, 6, 0, 0, 3, 6, 0, 3, 6, 9, 0},
      {0, 6, 1, 0, 0, 6, 8, 0, 0, 6, 2, 0, 0, 6, 4, 0},
      {5, 6, 15, 0, 0, 5, 11, 0, 0, 2, 4, 0, 2, 5, 4, 0},
      {0, 1, 7, 0, 1, 6, 14, 0, 0, 1, 8, 0, 1, 6, 1, 0},
  };
  const Shape shapes[] = {{1, 1, 6},  {1, 2, 6},  {2, 1, 6},  {3, 5, 6},  {31, 7, 6},
                          {32, 3, 6}, {33, 4, 6}, {64, 2, 6}, {65, 9, 6}, {70, 1, 6}};
  unsigned seed = 0;
  for (const auto& schedule : schedules) {
    const auto steps = read_steps(schedule, 6);
    REQUIRE(steps.has_value());
    for (const Shape& shape : shapes) {
      const LatentsQ8 y = random_latents(shape.height, shape.width, shape.channels, 150, ++seed);
      const LatentsQ8 z = random_latents(hyper_side(shape.height), hyper_side(shape.width),
                                         kHyperChannels, 40, ++seed);
      const std::pair<int, Quantisation> kinds[] = {
          {0, Quantisation::kScalar}, {30, Quantisation::kScalar}, {30, Quantisation::kTrellis}};
      for (const auto& [weight, quantisation] : kinds) {
        const Encoded encoded = encode(shape, *steps, tables, y, z, {weight}, quantisation);
        CHECK(encoded.streams.size() == static_cast<std::size_t>(band_count(shape.height)));
        check_decoding(shape, *steps, tables, encoded, quantisation);
        for (std::size_t b = 0; b < encoded.streams.size(); ++b) {
          const double estimate =
              static_cast<double>(encoded.costs[b] + (b == 0 ? encoded.hyper_cost : 0)) / 2048;
          const double bytes = static_cast<double>(encoded.streams[b].size());
          CHECK(bytes >= estimate * 0.99 - 1);
          CHECK(bytes <= estimate * 1.01 + kStatesBytes);
        }
      }
    }
  }
}

TEST_CASE("VC-23, VC-29: every latent is written once, within half a step where it is coded") {
  const CdfTables tables = testing::gaussian_tables();
  const Shape shape{37, 6, 4};
  const auto steps = read_steps(std::vector<std::uint16_t>{0, 2, 9, 0, 2, 4, 15, 0, 0, 2, 6, 0}, 4);
  REQUIRE(steps.has_value());
  const LatentsQ8 y = random_latents(shape.height, shape.width, shape.channels, 300, 1);
  Tensor decoded(shape.height, shape.width, shape.channels);
  RansEncoder encoder(tables);
  std::vector<int> writes(decoded.values.size());
  int skipped = 0;
  for (const ContextStep& step : *steps) {
    const Tensor parameters = fake_context(decoded, step, 5);
    const int ends[] = {0, 32, 37};
    for (int b = 0; b < 2; ++b) {
      Tensor marked = decoded;
      std::fill(marked.values.begin(), marked.values.end(), std::int16_t{32767});
      Dequantiser dequantiser(Quantisation::kScalar);
      encode_step(packed(y), parameters, step, ends[b], ends[b + 1], {}, dequantiser, encoder,
                  marked);
      for (int row = 0; row < shape.height; ++row) {
        for (int x = 0; x < shape.width; ++x) {
          for (int c = 0; c < shape.channels; ++c) {
            const std::size_t k = (static_cast<std::size_t>(row) * shape.width + x) * 4 + c;
            const bool mine = row >= ends[b] && row < ends[b + 1] && step.covers(row, x) &&
                              c >= step.first && c < step.end;
            REQUIRE(mine == (marked.values[k] != 32767));
            if (!mine) continue;
            ++writes[k];
            const std::int16_t* p = parameters.at(row, x) + (c - step.first);
            if (scale_index(p[step.channels()]) == 0) {
              REQUIRE(marked.values[k] == p[0]);  // the mean itself
              ++skipped;
            } else {
              REQUIRE(error_q8(y, marked, k) <= 128);
            }
            decoded.values[k] = marked.values[k];
          }
        }
      }
    }
  }
  CHECK(std::all_of(writes.begin(), writes.end(), [](int n) { return n == 1; }));
  CHECK(skipped > 0);
}

TEST_CASE("a weight on the rate trades error for bytes") {
  const CdfTables tables = testing::gaussian_tables();
  const Shape shape{32, 24, 6};
  const auto steps = read_steps(std::vector<std::uint16_t>{0, 6, 15, 0}, 6);
  const LatentsQ8 y = random_latents(shape.height, shape.width, shape.channels, 150, 1);
  const LatentsQ8 z = random_latents(8, 6, kHyperChannels, 40, 2);
  std::size_t bytes = ~std::size_t{0};
  std::int64_t error = -1;
  for (int weight : {0, 10, 30, 90}) {
    const Encoded encoded = encode(shape, *steps, tables, y, z, {weight});
    std::int64_t sum = 0;
    for (std::size_t k = 0; k < y.values.size(); ++k) {
      const std::int64_t e = error_q8(y, encoded.decoded, k);
      sum += e * e;
    }
    CHECK(encoded.streams[0].size() < bytes);
    CHECK(sum > error);
    bytes = encoded.streams[0].size();
    error = sum;
  }
}

TEST_CASE("latents out of every range are coded as near as can be") {
  const CdfTables tables = testing::gaussian_tables_with_trellis();
  const Shape shape{5, 5, 2};
  const auto steps = read_steps(std::vector<std::uint16_t>{0, 2, 15, 0}, 2);
  LatentsQ8 y(shape.height, shape.width, shape.channels);
  for (std::size_t k = 0; k < y.values.size(); ++k) {
    y.values[k] = k % 2 ? 2147483647 : -2147483647 - 1;
  }
  LatentsQ8 z(2, 2, kHyperChannels);
  std::fill(z.values.begin(), z.values.end(), 2147483647);
  for (const Quantisation quantisation : {Quantisation::kScalar, Quantisation::kTrellis}) {
    const Encoded encoded = encode(shape, *steps, tables, y, z, {}, quantisation);
    check_decoding(shape, *steps, tables, encoded, quantisation);
    const int reach = quantisation == Quantisation::kScalar ? 16 : 8 * kTrellisStep + 64;
    const Tensor parameters = fake_context(Tensor(5, 5, 2), (*steps)[0], 0);
    for (std::size_t k = 0; k < y.values.size(); ++k) {
      const std::size_t position = k / 2 * 4;
      if (scale_index(parameters.values[position + 2 + k % 2]) == 0) continue;
      CHECK(std::abs(encoded.decoded.values[k]) > 32767 - reach);
    }
  }
}

TEST_CASE("damaged bands are noticed and survived") {
  const CdfTables tables = testing::gaussian_tables();
  const Shape shape{9, 7, 6};
  const auto steps = read_steps(std::vector<std::uint16_t>{0, 3, 9, 0, 0, 3, 6, 0, 3, 6, 15, 0}, 6);
  const LatentsQ8 y = random_latents(shape.height, shape.width, shape.channels, 150, 1);
  const LatentsQ8 z = random_latents(3, 2, kHyperChannels, 40, 2);
  const Encoded encoded = encode(shape, *steps, tables, y, z, {});
  std::size_t unnoticed = 0;
  for (std::size_t k = 0; k < encoded.streams[0].size(); ++k) {
    Bytes stream = encoded.streams[0];
    stream[k] ^= 0x55;
    auto decoder = RansDecoder::open(stream, tables);
    if (!decoder) continue;
    Tensor got_z(3, 2, kHyperChannels);
    decode_hyper(*decoder, fake_hyper_prior(), kQuality, got_z);
    Tensor decoded(shape.height, shape.width, shape.channels);
    for (std::size_t s = 0; s < steps->size(); ++s) {
      const Tensor parameters = fake_context(decoded, (*steps)[s], static_cast<int>(s));
      Dequantiser dequantiser(Quantisation::kScalar);
      decode_step(*decoder, dequantiser, parameters, (*steps)[s], 0, shape.height, decoded);
    }
    unnoticed += decoder->finish().has_value();
  }
  CHECK(unnoticed <= encoded.streams[0].size() / 100);
}

}  // namespace
}  // namespace vaecomp
