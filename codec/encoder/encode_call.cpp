// Checks and assembly.
#include "codec/encoder/encode_call.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "codec/encoder/coded_colour.h"
#include "codec/encoder/efforts.h"
#include "codec/encoder/enc_image.h"
#include "codec/encoder/enc_lossless.h"
#include "format/container.h"

namespace vaecomp {
namespace {

Error invalid(std::string text) { return {ErrorCode::kInvalidArgument, std::move(text)}; }

}  // namespace

Result<void> check_arguments(ImageView image, const EncodeOptions& options) {
  if (image.channels != 1 && image.channels != 3) return invalid("a picture has 1 or 3 channels");
  if (image.width < 1 || image.height < 1) return invalid("the picture is empty");
  if (static_cast<std::uint32_t>(image.width) > kMaxSide ||
      static_cast<std::uint32_t>(image.height) > kMaxSide)
    return Error{ErrorCode::kLimit, "a side of the picture is longer than 2^20 pixels"};
  const std::uint64_t pixels = std::uint64_t{1} * image.width * image.height;
  const std::size_t given = image.depth() == 16 ? image.samples16.size() : image.samples.size();
  if (given != pixels * image.channels)
    return invalid("the samples do not match the picture's size");
  if (!image.alpha.empty() && image.alpha.size() != pixels)
    return invalid("the alpha plane does not match the picture's size");
  if (image.depth() == 8 && std::any_of(image.alpha.begin(), image.alpha.end(),
                                        [](std::uint16_t alpha) { return alpha > 255; }))
    return invalid("alpha of an 8-bit picture is above 255");
  if (options.quality < 0 || options.quality >= kQualities)
    return invalid("quality is from 0 to 100");
  if (options.effort < kMinEffort || options.effort > kMaxEffort)
    return invalid("effort is from 1 to 9");
  if (options.alpha_quality < 0 || options.alpha_quality > 100)
    return invalid("quality of alpha is from 0 to 100");
  if (options.lossless && options.alpha_quality < 100)
    return invalid("a lossless picture has all of its alpha");
  return {};
}

StreamHeader stream_header(const Model& model, ImageView image, ImageView coded, int quality,
                           Quantisation quantisation) {
  const bool trellis = quantisation == Quantisation::kTrellis;
  return {
      .flags = static_cast<std::uint8_t>((coded.channels == 1 ? kFlagGrey : 0) |
                                         (coded.channels < image.channels ? kFlagNeutral : 0) |
                                         (image.depth() == 16 ? kFlag16Bits : 0) |
                                         (trellis ? kFlagTrellis : 0)),
      .width = static_cast<std::uint32_t>(image.width),
      .height = static_cast<std::uint32_t>(image.height),
      .quality = static_cast<std::uint8_t>(quality),
      .model_id = model.id(),
  };
}

Result<std::vector<OwnedSection>> write_side_sections(ImageView image, ThreadPool& pool) {
  std::vector<OwnedSection> sections;
  if (!is_opaque(image)) {
    Result<Bytes> alpha = encode_alpha(image, pool);
    if (!alpha) return alpha.error();
    sections.push_back({kTagAlpha, *std::move(alpha)});
  }
  if (image.metadata == nullptr) return sections;
  Result<std::vector<OwnedSection>> metadata = write_metadata(*image.metadata);
  if (!metadata) return metadata.error();
  std::move(metadata->begin(), metadata->end(), std::back_inserter(sections));
  return sections;
}

Bytes assemble_stream(const StreamHeader& header, ByteSpan latents, ByteSpan patches,
                      const ColourTurn& turn, const PixelFilter& filter,
                      const std::vector<OwnedSection>& side_sections) {
  std::vector<Section> sections{{.tag = kTagLatents, .offset = 0, .payload = latents}};
  if (!patches.empty()) sections.push_back({.tag = kTagPatches, .offset = 0, .payload = patches});
  const Bytes colours = turn.changes() ? write_colour_turn(turn) : Bytes{};
  if (!colours.empty()) sections.push_back({.tag = kTagColours, .offset = 0, .payload = colours});
  const Bytes filtered = filter.classes > 0 ? write_pixel_filter(filter) : Bytes{};
  if (!filtered.empty()) sections.push_back({.tag = kTagFilter, .offset = 0, .payload = filtered});
  for (const OwnedSection& section : side_sections)
    sections.push_back({.tag = section.tag, .offset = 0, .payload = section.payload});
  return write_container(header, sections);
}

}  // namespace vaecomp
