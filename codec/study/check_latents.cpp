// Every size against every other.
#include "codec/study/check_latents.h"

#include <algorithm>

#include "codec/api/call_guard.h"
#include "codec/decoder/decoder_model.h"
#include "codec/decoder/grid.h"
#include "format/header_fields.h"

namespace vaecomp {
namespace {

Error invalid(const char* text) { return {ErrorCode::kInvalidArgument, text}; }

}  // namespace

Result<void> check_size(std::int64_t width, std::int64_t height, const Limits& limits) {
  if (width < 1 || height < 1) return invalid("the picture is empty");
  const std::int64_t max_side = std::min(limits.max_side, kMaxSide);
  if (width > max_side || height > max_side ||
      static_cast<std::uint64_t>(width * height) > limits.max_pixels)
    return Error{ErrorCode::kLimit, "the picture is larger than the limit"};
  return {};
}

Result<void> check_latents(const DecoderModel& model, const Latents& latents,
                           const Limits& limits) {
  const StreamHeader& header = latents.header;
  if (header.has_pixels()) return invalid("a picture of pixels has no latents");
  if (header.model_id != model.id()) return unknown_model(header.model_id);
  if (auto fits = check_size(header.width, header.height, limits); !fits) return fits;
  if (header.quality >= kQualities) return invalid("quality is from 0 to 100");
  if (!latents.turn.is_bounded()) return invalid("the turn of colours is too large");
  if (!latents.filter.is_bounded()) return invalid("the filter is too large");
  if (!are_consistent(header.flags)) return invalid("a neutral picture is coded as a grey one");
  const Grid grid(static_cast<int>(header.width), static_cast<int>(header.height));
  const int channels = model.impl().latent_channels();
  if (latents.rows != grid.height || latents.columns != grid.width ||
      latents.channels != channels ||
      latents.values.size() != std::size_t{1} * grid.height * grid.width * channels)
    return invalid("the latents do not match the picture's size or the model");
  return {};
}

Result<void> check_studied(const DecoderModel& model, const StudiedLatents& studied,
                           const Limits& limits) {
  if (auto sound = check_latents(model, studied.latents, limits); !sound) return sound;
  const StreamHeader& header = studied.latents.header;
  const Grid grid(static_cast<int>(header.width), static_cast<int>(header.height));
  const int channels = model.impl().hyper_channels();
  if (studied.hyper_rows != grid.hyper_height || studied.hyper_columns != grid.hyper_width ||
      studied.hyper_channels != channels ||
      studied.hyper_values.size() !=
          std::size_t{1} * grid.hyper_height * grid.hyper_width * channels)
    return invalid("the hyper latents do not match the picture's size or the model");
  return {};
}

}  // namespace vaecomp
