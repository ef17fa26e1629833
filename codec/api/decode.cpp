// The public functions of decoding: threads started, exceptions of the standard library turned into
// errors.
#include <string>
#include <utility>
#include <vector>

#include "codec/api/call_guard.h"
#include "codec/decoder/dec_image.h"
#include "codec/decoder/dec_lossless.h"
#include "codec/decoder/side_sections.h"
#include "vaecomp/rows.hpp"

namespace vaecomp {
namespace {

constexpr double kShareOfLatents = 0.3;  // of the work of decoding

// The picture of a lossless stream, for which no model is needed.
Result<void> decode_exact_rows(const Container& container, ThreadPool& pool, PictureSink& sink,
                               const StageProgress& progress) {
  Result<Metadata> metadata = read_metadata(container);
  if (!metadata) return metadata.error();
  const Result<ExactPicture> picture = open_pixels(container, pool, progress);
  if (!picture) return picture.error();
  PictureHead head = picture_head(container.header);
  head.alpha = picture->alpha;
  head.metadata = *std::move(metadata);
  if (auto begun = sink.begin(head); !begun) return begun;
  return take_pixels(*picture, container.header, [&](ImageView rows) { return sink.take(rows); });
}

}  // namespace

Result<void> decode_rows(const DecoderModel& model, ByteSpan stream, PictureSink& sink,
                         const DecodeOptions& options) {
  return guarded([&]() -> Result<void> {
    Result<Container> container = read_container(stream, options.limits);
    if (!container) return container.error();
    const StreamHeader& header = container->header;
    if (!header.has_pixels() && header.model_id != model.id()) return unknown_model(header.model_id);
    ThreadPool pool(thread_count(options.threads));
    const StageProgress progress(options.progress);
    if (header.has_pixels()) return decode_exact_rows(*container, pool, sink, progress);
    Result<SideSections> side = read_side_sections(*container, pool);
    if (!side) return side.error();
    Result<Tensor> latents =
        decode_latents(model.impl(), *container, pool, progress.part(0, kShareOfLatents));
    if (!latents) return latents.error();

    PictureHead head = picture_head(header);
    head.alpha = side->alpha.has_value();
    head.metadata = std::move(side->metadata);
    if (auto begun = sink.begin(head); !begun) return begun;
    std::vector<std::uint16_t> alpha;
    int done = 0;  // rows
    const auto take = [&](ImageView rows) {
      if (side->alpha) {
        alpha.resize(static_cast<std::size_t>(rows.width) * rows.height);
        for (int y = 0; y < rows.height; ++y)
          side->alpha->copy(done + y, 0, &alpha[static_cast<std::size_t>(rows.width) * y]);
        rows.alpha = alpha;
      }
      done += rows.height;
      return sink.take(rows);
    };
    return synthesise_pixels(model.impl(), *latents, side->after_networks(), header, pool,
                             progress.part(kShareOfLatents, 1), take);
  });
}

Result<Image> decode(const DecoderModel& model, ByteSpan stream, const DecodeOptions& options) {
  // Guarded once more, since errors are copied, which takes memory.
  return guarded([&]() -> Result<Image> {
    ImageSink sink;
    if (auto done = decode_rows(model, stream, sink, options); !done) return done.error();
    return std::move(sink.image());
  });
}

namespace {

// Where the bytes of a section are counted.
std::uint64_t& part_of(StreamInfo& info, std::uint8_t tag) {
  switch (tag) {
    case kTagLatents:
      return info.latents_bytes;
    case kTagAlpha:
      return info.alpha_bytes;
    case kTagPixels:
      return info.pixels_bytes;
    case kTagPatches:
      return info.patches_bytes;
    case kTagColours:
      return info.colours_bytes;
    case kTagFilter:
      return info.filter_bytes;
    default:
      return info.metadata_bytes;
  }
}

}  // namespace

Result<StreamInfo> probe(ByteSpan stream, const Limits& limits) {
  return guarded([&]() -> Result<StreamInfo> {
    Result<Container> container = read_container(stream, limits);
    if (!container) return container.error();
    StreamInfo info{.header = container->header, .total_bytes = stream.size()};
    info.overhead_bytes = stream.size();
    for (const Section& section : container->sections) {
      part_of(info, section.tag) += section.payload.size();
      info.overhead_bytes -= section.payload.size();
    }
    if (const Result<PixelFilter> filter = read_pixel_filter(*container); !filter)
      return filter.error();
    if (const Result<ColourTurn> turn = read_colour_turn(*container); !turn) return turn.error();
    if (const Section* patches = container->find(kTagPatches)) {
      const Result<ReadMask> read = read_mask(*patches, info.header);
      if (!read) return read.error();
      info.patches = read->mask.count();
    }
    info.alpha = container->find(kTagAlpha) != nullptr;
    if (const Section* pixels = container->find(kTagPixels)) {
      const Result<bool> alpha = pixels_have_alpha(*pixels);
      if (!alpha) return alpha.error();
      info.alpha = *alpha;
    }
    return info;
  });
}

std::string version() { return VAECOMP_VERSION; }

}  // namespace vaecomp
