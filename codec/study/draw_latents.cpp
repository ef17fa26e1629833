// A sample of the model: the decoder with random slots in the place of a stream.
#include <utility>

#include "codec/api/call_guard.h"
#include "codec/decoder/hyper_features.h"
#include "codec/study/check_latents.h"
#include "codec/study/code_steps.h"
#include "codec/study/random_slot.h"
#include "vaecomp/study.hpp"

namespace vaecomp {
namespace {

// A value with the probabilities of table `prior.scale_index`, its escape left out: that is its
// last symbol, so the slots before it are all others'.
int draw_value(const CdfTables& tables, std::uint64_t seed, int stage, const LatentPrior& prior) {
  const int radius = tables.radius(prior.scale_index);
  const std::uint32_t slots = tables.symbol(prior.scale_index, 2 * radius + 1).start;
  const std::uint32_t slot = random_slot(seed, stage, prior.y, prior.x, prior.channel, slots);
  return tables.find(prior.scale_index, slot) - radius;
}

Result<void> check_options(const DecoderModel& model, const DrawOptions& options) {
  const auto invalid = [](const char* text) { return Error{ErrorCode::kInvalidArgument, text}; };
  if (auto fits = check_size(options.width, options.height, options.limits); !fits) return fits;
  if (options.quality < 0 || options.quality >= kQualities)
    return invalid("quality is from 0 to 100");
  if (options.grey && options.neutral) return invalid("a neutral picture has three channels");
  if (options.given == nullptr) return {};
  if (auto sound = check_studied(model, *options.given, options.limits); !sound) return sound;
  const StreamHeader& header = options.given->latents.header;
  if (header.width != static_cast<std::uint32_t>(options.width) ||
      header.height != static_cast<std::uint32_t>(options.height) ||
      header.quality != options.quality)
    return invalid("the given picture is of another size or quality");
  return {};
}

// A given latent less its mean, which is the one it was coded with, since those before it are given
// as well.
int given_offset(const Latents& given, const LatentPrior& prior) {
  const std::size_t position = std::size_t{1} * prior.y * given.columns + prior.x;
  return given.values[position * given.channels + prior.channel] - prior.mean;
}

}  // namespace

Result<Latents> draw_latents(const DecoderModel& model, const DrawOptions& options) {
  return guarded([&]() -> Result<Latents> {
    if (auto valid = check_options(model, options); !valid) return valid.error();
    const DecoderModel::Impl& impl = model.impl();
    const Grid grid(options.width, options.height);
    ThreadPool pool(thread_count(options.threads));
    const StageProgress progress(options.progress);

    Tensor hyper(grid.hyper_height, grid.hyper_width, impl.hyper_channels());
    if (options.given != nullptr) {
      hyper.values.assign(options.given->hyper_values.begin(), options.given->hyper_values.end());
    } else {
      code_hyper(impl.hyper_prior, options.quality, hyper, [&](const LatentPrior& prior) {
        return draw_value(impl.tables, options.seed, 0, prior);
      });
    }
    const Tensor features = hyper_features(impl, hyper, grid, options.quality, pool);

    Tensor drawn(grid.height, grid.width, impl.latent_channels());
    const int kept = options.given == nullptr ? 0 : options.given_steps;
    Dequantiser dequantiser(Quantisation::kScalar);
    const auto offset_of = [&](std::size_t s, int, const LatentPrior& prior) {
      const int step = static_cast<int>(s);
      if (step < kept) return given_offset(options.given->latents, prior);
      return dequantiser.offset(draw_value(impl.tables, options.seed, step + 1, prior));
    };
    if (auto done =
            code_steps(impl, features, grid, options.quality, pool, progress, drawn, offset_of);
        !done)
      return done.error();
    const StreamHeader header{
        .flags = static_cast<std::uint8_t>((options.grey || options.neutral ? kFlagGrey : 0) |
                                           (options.neutral ? kFlagNeutral : 0)),
        .width = static_cast<std::uint32_t>(options.width),
        .height = static_cast<std::uint32_t>(options.height),
        .quality = static_cast<std::uint8_t>(options.quality),
        .model_id = model.id(),
    };
    Latents latents = {.header = header,
                       .rows = grid.height,
                       .columns = grid.width,
                       .channels = drawn.channels,
                       .values = {drawn.values.begin(), drawn.values.end()}};
    if (options.given != nullptr) {
      latents.filter = options.given->latents.filter;
      latents.turn = options.given->latents.turn;
    }
    return latents;
  });
}

}  // namespace vaecomp
