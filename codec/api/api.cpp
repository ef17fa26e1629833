// The public functions: arguments checked, threads started, exceptions of the standard library
// turned into errors.
#include <string>

#include "codec/api/call_guard.h"
#include "codec/api/encode_call.h"
#include "codec/api/verify_stream.h"
#include "codec/image/coded_colour.h"
#include "codec/pipeline/dec_image.h"
#include "codec/pipeline/enc_image.h"
#include "codec/pipeline/side_sections.h"

namespace vaecomp {
namespace {

constexpr double kShareOfLatents = 0.3;  // of the work of decoding

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

    const StreamHeader header = stream_header(model, image, coded, options.quality);
    Bytes stream = assemble_stream(header, latents->payload, *side_sections);
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
    Result<Tensor> latents =
        decode_latents(model.impl(), *container, pool, progress.part(0, kShareOfLatents));
    if (!latents) return latents.error();
    Result<Image> image = synthesise(model.impl(), *latents, container->header, pool,
                                     progress.part(kShareOfLatents, 1));
    if (!image) return image.error();
    image->alpha = std::move(side.alpha);
    image->metadata = std::move(side.metadata);
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
