// A sample of the model: the decoder with random slots in the place of a stream.
#include <utility>

#include "codec/pipeline/call_guard.h"
#include "codec/pipeline/code_steps.h"
#include "codec/pipeline/hyper_features.h"
#include "codec/pipeline/random_slot.h"
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

Result<void> check_options(const DrawOptions& options) {
  const auto invalid = [](const char* text) { return Error{ErrorCode::kInvalidArgument, text}; };
  if (options.width < 1 || options.height < 1) return invalid("the picture is empty");
  const std::uint32_t max_side = std::min(options.limits.max_side, kMaxSide);
  if (static_cast<std::uint32_t>(options.width) > max_side ||
      static_cast<std::uint32_t>(options.height) > max_side ||
      std::uint64_t{1} * options.width * options.height > options.limits.max_pixels)
    return Error{ErrorCode::kLimit, "the picture would be larger than the limit"};
  if (options.quality < 0 || options.quality >= kQualities)
    return invalid("quality is from 0 to 100");
  return {};
}

}  // namespace

Result<Latents> draw_latents(const Model& model, const DrawOptions& options) {
  if (auto valid = check_options(options); !valid) return valid.error();
  return guarded([&]() -> Result<Latents> {
    const Model::Impl& impl = model.impl();
    const Grid grid(options.width, options.height);
    ThreadPool pool(thread_count(options.threads));
    const StageProgress progress(options.progress);

    Tensor hyper(grid.hyper_height, grid.hyper_width, impl.hyper_channels());
    code_hyper(impl.hyper_prior, options.quality, hyper, [&](const LatentPrior& prior) {
      return draw_value(impl.tables, options.seed, 0, prior);
    });
    const Tensor features = hyper_features(impl, hyper, grid, options.quality, pool);

    Tensor drawn(grid.height, grid.width, impl.latent_channels());
    const auto value_of = [&](std::size_t step, int, const LatentPrior& prior) {
      return draw_value(impl.tables, options.seed, static_cast<int>(step) + 1, prior);
    };
    if (auto done =
            code_steps(impl, features, grid, options.quality, pool, progress, 1.0, drawn, value_of);
        !done)
      return done.error();
    const StreamHeader header{
        .flags = options.grey ? kFlagGrey : std::uint8_t{0},
        .width = static_cast<std::uint32_t>(options.width),
        .height = static_cast<std::uint32_t>(options.height),
        .quality = static_cast<std::uint8_t>(options.quality),
        .model_id = model.id(),
    };
    return Latents{header, grid.height, grid.width, drawn.channels, std::move(drawn.values)};
  });
}

}  // namespace vaecomp
