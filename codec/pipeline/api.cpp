// The public functions: arguments checked, threads started, exceptions of the standard library turned into errors.
#include <algorithm>
#include <string>

#include "codec/image/coded_colour.h"
#include "codec/pipeline/call_guard.h"
#include "codec/pipeline/dec_image.h"
#include "codec/pipeline/enc_image.h"
#include "codec/pipeline/side_sections.h"
#include "codec/pipeline/verify_stream.h"

namespace vaecomp {
namespace {

Error invalid(std::string text) { return {ErrorCode::kInvalidArgument, std::move(text)}; }

Result<void> check_arguments(ImageView image, const EncodeOptions& options) {
  if (image.channels != 1 && image.channels != 3) return invalid("a picture has 1 or 3 channels");
  if (image.width < 1 || image.height < 1) return invalid("the picture is empty");
  if (static_cast<std::uint32_t>(image.width) > kMaxSide ||
      static_cast<std::uint32_t>(image.height) > kMaxSide)
    return Error{ErrorCode::kLimit, "a side of the picture is longer than 2^20 pixels"};
  const std::uint64_t pixels = std::uint64_t{1} * image.width * image.height;
  const std::size_t given = image.depth() == 16 ? image.samples16.size() : image.samples.size();
  if (given != pixels * image.channels) return invalid("the samples do not match the picture's size");
  if (!image.alpha.empty() && image.alpha.size() != pixels)
    return invalid("the alpha plane does not match the picture's size");
  if (image.depth() == 8 && std::any_of(image.alpha.begin(), image.alpha.end(),
                                        [](std::uint16_t alpha) { return alpha > 255; }))
    return invalid("alpha of an 8-bit picture is above 255");
  if (options.quality < 0 || options.quality >= kQualities)
    return invalid("quality is from 0 to 100");
  if (options.effort < kMinEffort || options.effort > kMaxEffort)
    return invalid("effort is from 1 to 9");
  return {};
}

}  // namespace

Result<Bytes> encode(const Model& model, ImageView image, const EncodeOptions& options) {
  if (auto valid = check_arguments(image, options); !valid) return valid.error();
  return guarded([&]() -> Result<Bytes> {
    ThreadPool pool(thread_count(options.threads));
    const StageProgress progress(options.progress);
    const Result<std::vector<OwnedSection>> side_sections = write_side_sections(image);
    if (!side_sections) return side_sections.error();
    Image storage;
    const ImageView coded = coded_colour(image, storage);
    Result<EncodedLatents> latents =
        encode_latents(model.impl(), coded, options.quality, options.effort, pool, progress);
    if (!latents) return latents.error();

    const StreamHeader header{
        .flags = static_cast<std::uint8_t>((image.channels == 1 ? kFlagGrey : 0) |
                                           (image.depth() == 16 ? kFlag16Bits : 0)),
        .width = static_cast<std::uint32_t>(image.width),
        .height = static_cast<std::uint32_t>(image.height),
        .quality = static_cast<std::uint8_t>(options.quality),
        .model_id = model.id(),
    };
    std::vector<Section> sections{{.tag = kTagLatents, .offset = 0, .payload = latents->payload}};
    for (const OwnedSection& section : *side_sections)
      sections.push_back({.tag = section.tag, .offset = 0, .payload = section.payload});
    Bytes stream = write_container(header, sections);
    if (options.verify) {
      auto same = verify_stream(model.impl(), stream, image, latents->decoded, pool);
      if (!same) return same.error();
    }
    if (auto go_on = progress.reached(1.0); !go_on) return go_on.error();
    return stream;
  });
}

Result<Image> decode(const Model& model, ByteSpan stream, const DecodeOptions& options) {
  return guarded([&]() -> Result<Image> {
    Result<Container> container = read_container(stream, options.limits);
    if (!container) return container.error();
    if (container->header.model_id != model.id()) return unknown_model(container->header.model_id);
    ThreadPool pool(thread_count(options.threads));
    const StageProgress progress(options.progress);
    Image side;
    if (auto done = read_side_sections(*container, side); !done) return done.error();
    Result<Tensor> latents = decode_latents(model.impl(), *container, pool, progress);
    if (!latents) return latents.error();
    Image image = synthesise(model.impl(), *latents, container->header, pool);
    image.alpha = std::move(side.alpha);
    image.metadata = std::move(side.metadata);
    if (auto go_on = progress.reached(1.0); !go_on) return go_on.error();
    return image;
  });
}

Result<StreamInfo> probe(ByteSpan stream, const Limits& limits) {
  return guarded([&]() -> Result<StreamInfo> {
    Result<Container> container = read_container(stream, limits);
    if (!container) return container.error();
    StreamInfo info{.header = container->header, .total_bytes = stream.size()};
    for (const Section& section : container->sections)
      (section.tag == kTagLatents ? info.latents_bytes
       : section.tag == kTagAlpha ? info.alpha_bytes
                                  : info.metadata_bytes) += section.payload.size();
    info.overhead_bytes =
        info.total_bytes - info.latents_bytes - info.alpha_bytes - info.metadata_bytes;
    return info;
  });
}

std::string version() { return VAECOMP_VERSION; }

}  // namespace vaecomp
