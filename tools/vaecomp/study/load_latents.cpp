// Streams are decoded, pictures are encoded and decoded, so that both hold what a decoder sees.
#include "tools/vaecomp/study/load_latents.h"

#include <utility>

#include "tools/image_io/picture_file.h"
#include "tools/vaecomp/picture/picture_output.h"
#include "tools/vaecomp/support/input.h"
#include "tools/vaecomp/support/output.h"
#include "tools/vaecomp/support/stream_size.h"

namespace vaecomp {

Status open_source(const std::string& path, const PictureArgs& picture, const MessageArgs& messages,
                   LatentsSource& source) {
  source.name = shown_name(path, false);
  Result<Bytes> file = read_input(path);
  if (!file) return Failure{source.name, file.error()};
  if (identify(*file) == FileKind::kVaec) {
    const Result<StreamInfo> info = probe_within(*file, picture.limits);
    if (!info) return Failure{source.name, info.error()};
    source.width = static_cast<int>(info->header.width);
    source.height = static_cast<int>(info->header.height);
    source.quality = info->header.quality;
    source.stream = *std::move(file);
    return std::nullopt;
  }
  Remarks remarks;
  Result<Image> image = picture_from(*file, picture, remarks);
  if (!image) return Failure{source.name, image.error()};
  if (Status failed = show_remarks(source.name, remarks, messages)) return failed;
  source.image = *std::move(image);
  source.image.alpha.clear();
  source.width = source.image.width;
  source.height = source.image.height;
  return std::nullopt;
}

Status load_latents(const Model& model, LatentsSource source, int quality, int threads,
                    const Limits& limits, StudiedLatents& studied, Metadata& metadata) {
  if (!source.is_stream()) {
    EncodeOptions options;
    options.quality = quality;
    options.threads = threads;
    options.learned_only = true;  // there are latents to look at
    Result<Bytes> stream = encode(model, source.image.view(), options);
    if (!stream) return Failure{source.name, stream.error()};
    source.stream = *std::move(stream);
    source.image = {};
  }
  DecodeOptions options;
  options.threads = threads;
  options.limits = limits;
  Result<StudiedLatents> result = decode_latents(model, source.stream, options);
  if (!result) return Failure{source.name, result.error()};
  studied = *std::move(result);
  return stream_metadata(source.name, source.stream, limits, metadata);
}

Status write_synthesised(const DecoderModel& model, const Latents& latents,
                         const Metadata& metadata, int threads, const PictureArgs& picture,
                         const MessageArgs& messages, const std::string& path,
                         const FileTraits& like) {
  PictureFormat format{};
  if (Status failed = choose_format("", path, format)) return failed;
  DecodeOptions options;
  options.threads = threads;
  options.limits = picture.limits;
  Result<Image> image = synthesise_latents(model, latents, options);
  if (!image) return Failure{shown_name(path, true), image.error()};
  image->metadata = metadata;
  image = decoded_picture(*std::move(image), picture);
  Remarks remarks;
  const Result<Bytes> file = write_picture(image->view(), format, {}, &remarks);
  if (!file) return Failure{shown_name(path, true), file.error()};
  if (Status failed = show_remarks(shown_name(path, true), remarks, messages)) return failed;
  return write_output(path, *file, {.like = like});
}

}  // namespace vaecomp
