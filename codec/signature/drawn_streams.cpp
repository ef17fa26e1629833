// Latents as draw_latents() draws them, but written to a stream on the way.
#include "codec/signature/drawn_streams.h"

#include <utility>
#include <vector>

#include "codec/decoder/band_dequantisers.h"
#include "codec/decoder/band_streams.h"
#include "codec/decoder/hyper_features.h"
#include "codec/encoder/enc_lossless.h"
#include "codec/encoder/enc_patches.h"
#include "codec/encoder/rans_encoder.h"
#include "codec/study/code_steps.h"
#include "codec/study/random_slot.h"
#include "format/colour_turn.h"
#include "format/pixel_filter.h"

namespace vaecomp {
namespace {

constexpr std::uint64_t kSeed = 18;

// Small: a signature takes them 4 times for each level of kernels, of which the first are slow.
constexpr DrawnPicture kPictures[] = {
    {.width = 35, .height = 20, .quality = 50, .flags = kFlagTrellis},
    {.width = 20, .height = 37, .quality = 100, .flags = kFlag16Bits | kFlagTrellis, .side = true},
    {.width = 17, .height = 33, .quality = 20, .flags = kFlagGrey},
    {.width = 33, .height = 18, .quality = 0, .flags = 0, .side = true},
    {.width = 5,
     .height = 515,  // two bands
     .quality = 30,
     .flags = kFlagGrey | kFlagNeutral | kFlagTrellis,
     .side = true},
    {.width = 90, .height = 70, .flags = kFlagPixels},
    {.width = 61, .height = 40, .flags = kFlagPixels | kFlag16Bits},
    {.width = 100, .height = 60, .flags = kFlagPixels | kFlagGrey},
};

// A value of a table with the table's probabilities, now and then one beyond it.
int drawn_value(const CdfTables& tables, int table, int stage, const LatentPrior& prior) {
  const std::uint32_t slot =
      random_slot(kSeed, stage, prior.y, prior.x, prior.channel, kFrequencyTotal);
  const int radius = tables.radius(table), symbol = tables.find(table, slot);
  if (slot % 500 != 7 && symbol <= 2 * radius) return symbol - radius;
  const int beyond = radius + 1 + static_cast<int>(slot % 7);
  return (slot & 8) != 0 ? -beyond : beyond;
}

Result<Bytes> drawn_latents(const DecoderModel::Impl& model, const StreamHeader& header,
                            ThreadPool& pool) {
  const Grid grid(static_cast<int>(header.width), static_cast<int>(header.height));
  std::vector<RansEncoder> encoders(grid.bands, RansEncoder(model.tables));
  Tensor hyper(grid.hyper_height, grid.hyper_width, model.hyper_channels());
  code_hyper(model.hyper_prior, header.quality, hyper, [&](const LatentPrior& prior) {
    const int table = prior.scale_index;
    return encoders[0].put_value(table, drawn_value(model.tables, table, 0, prior));
  });
  const Tensor features = hyper_features(model, hyper, grid, header.quality, pool);

  Tensor decoded(grid.height, grid.width, model.latent_channels());
  BandDequantisers dequantisers(grid, quantisation_of(header));
  const auto offset_of = [&](std::size_t step, int band, const LatentPrior& prior) {
    Dequantiser& dequantiser = dequantisers.of(step, band);
    const int table = dequantiser.table(prior.scale_index);
    const int value = drawn_value(model.tables, table, static_cast<int>(step) + 1, prior);
    return dequantiser.offset(encoders[static_cast<std::size_t>(band)].put_value(table, value));
  };
  const Progress silent;
  if (auto done = code_steps(model, features, grid, header.quality, pool, StageProgress(silent),
                             decoded, offset_of);
      !done)
    return done.error();
  std::vector<Bytes> streams;
  for (RansEncoder& encoder : encoders) streams.push_back(encoder.finish());
  return join_streams(streams);
}

// Left a drawing of few colours, right a noisy ramp; alpha with holes.
Image drawn_samples(const DrawnPicture& picture, int channels) {
  const bool deep = (picture.flags & kFlag16Bits) != 0;
  Image image{
      .samples = {}, .width = picture.width, .height = picture.height, .channels = channels};
  for (int y = 0; y < picture.height; ++y)
    for (int x = 0; x < picture.width; ++x) {
      for (int c = 0; c < channels; ++c) {
        const auto noise = random_slot(kSeed, 0, y, x, c, 20);
        const auto value = static_cast<std::uint32_t>(x < picture.width / 2
                                                          ? (x / 5 * 3 + y / 7 * 5) % 4 * 60 + 8 * c
                                                          : (x * 2 + y * (c + 1)) % 200 + noise);
        if (deep) {
          image.samples16.push_back(static_cast<std::uint16_t>(value * 257 + noise));
        } else {
          image.samples.push_back(static_cast<std::uint8_t>(value));
        }
      }
      const int alpha = (x / 9 + y / 6) % 3 * 100;
      image.alpha.push_back(static_cast<std::uint16_t>(deep ? alpha * 257 : alpha));
    }
  return image;
}

PixelFilter drawn_filter() {
  PixelFilter filter{.classes = 4};
  for (int k = 0; k < filter.classes; ++k)
    for (int x = 0; x < 3; ++x)
      for (int tap = 0; tap < kFilterTaps[x].count; ++tap)
        filter.coefficients[k][x][tap] =
            static_cast<std::int16_t>(static_cast<int>(random_slot(kSeed, k, x, tap, 0, 81)) - 40);
  return filter;
}

constexpr ColourTurn kTurn = {.matrix = {{3000, 1500, -400}, {-700, 4100, 600}, {250, -900, 4500}},
                              .offset = {64, -32, 5}};

Bytes drawn_patches(const DrawnPicture& picture, int channels, ThreadPool& pool) {
  BlockMask mask(picture.width, picture.height);
  for (std::size_t block = 0; block < mask.size(); ++block) mask.set(block, block % 3 == 1);
  Image image = drawn_samples(picture, channels);
  image.alpha.clear();
  return encode_patches(image.view(), mask, pool);
}

Result<Bytes> lossy_stream(const DecoderModel& model, const DrawnPicture& picture,
                           ThreadPool& pool) {
  StreamHeader header{.flags = picture.flags,
                      .width = static_cast<std::uint32_t>(picture.width),
                      .height = static_cast<std::uint32_t>(picture.height),
                      .quality = static_cast<std::uint8_t>(picture.quality),
                      .model_id = model.id()};
  if (!model.impl().tables.has_trellis()) header.flags &= static_cast<std::uint8_t>(~kFlagTrellis);
  const Result<Bytes> latents = drawn_latents(model.impl(), header, pool);
  if (!latents) return latents.error();
  std::vector<Section> sections = {{kTagLatents, 0, *latents}};
  Bytes alpha, patches, colours, filter;
  if (picture.side) {
    const bool rgb = (picture.flags & kFlagGrey) == 0;
    const int planes = rgb ? 3 : 1;
    Result<Bytes> coded = encode_alpha(drawn_samples(picture, planes).view(), pool);
    if (!coded) return coded.error();
    alpha = *std::move(coded);
    patches = drawn_patches(picture, planes, pool);
    filter = write_pixel_filter(drawn_filter());
    sections.push_back({kTagAlpha, 0, alpha});
    sections.push_back({kTagPatches, 0, patches});
    if (rgb) {
      colours = write_colour_turn(kTurn);
      sections.push_back({kTagColours, 0, colours});
    }
    sections.push_back({kTagFilter, 0, filter});
  }
  return write_container(header, sections);
}

}  // namespace

std::span<const DrawnPicture> drawn_pictures() { return kPictures; }

Result<Bytes> drawn_stream(const DecoderModel& model, const DrawnPicture& picture,
                           ThreadPool& pool) {
  if ((picture.flags & kFlagPixels) == 0) return lossy_stream(model, picture, pool);
  const int channels = (picture.flags & kFlagGrey) != 0 ? 1 : 3;
  const Progress silent;
  return encode_lossless(drawn_samples(picture, channels).view(), false, pool,
                         StageProgress(silent));
}

}  // namespace vaecomp
