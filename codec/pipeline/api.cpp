// The public functions: arguments checked, threads started, exceptions of the standard library turned into errors.
#include <algorithm>
#include <new>
#include <string>
#include <thread>

#include "codec/pipeline/dec_image.h"
#include "codec/pipeline/enc_image.h"

namespace vaecomp {
namespace {

// Runs `body`, which allocates, so that running out of memory is an error like any other.
template <typename Body>
auto guarded(const Body& body) -> decltype(body()) {
  try {
    return body();
  } catch (const std::bad_alloc&) {
    return Error{ErrorCode::kMemory, "not enough memory for a picture of this size"};
  } catch (const std::exception& e) {
    return Error{ErrorCode::kInternal, std::string("unexpected: ") + e.what()};
  }
}

int thread_count(int asked) {
  if (asked > 0) return std::min(asked, 256);
  return std::max(1u, std::thread::hardware_concurrency());
}

Error invalid(std::string text) { return {ErrorCode::kInvalidArgument, std::move(text)}; }

Result<void> check_picture(ImageView image, int quality) {
  if (image.channels != 1 && image.channels != 3) return invalid("a picture has 1 or 3 channels");
  if (image.width < 1 || image.height < 1) return invalid("the picture is empty");
  if (static_cast<std::uint32_t>(image.width) > kMaxSide ||
      static_cast<std::uint32_t>(image.height) > kMaxSide)
    return Error{ErrorCode::kLimit, "a side of the picture is longer than 2^20 pixels"};
  const std::uint64_t samples = std::uint64_t{1} * image.width * image.height * image.channels;
  if (image.samples.size() != samples) return invalid("the samples do not match the picture's size");
  if (quality < 0 || quality >= kQualities) return invalid("quality is from 0 to 100");
  return {};
}

Error unknown_model(std::uint32_t id) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string hex;
  for (int shift = 28; shift >= 0; shift -= 4) hex += kDigits[id >> shift & 15];
  return {ErrorCode::kUnknownModel, "made with model " + hex + ", which was not given", kNoOffset, "VC-08"};
}

// Decodes what was just written and compares it with what the encoder holds.
Result<void> verify_stream(const Model::Impl& model, ByteSpan stream, const Tensor& expected,
                           ThreadPool& pool) {
  const Limits limits{.max_pixels = ~std::uint64_t{0}, .max_side = kMaxSide};
  Result<Container> container = read_container(stream, limits);
  if (!container) return container.error();
  const Progress silent;
  Result<Tensor> decoded = decode_latents(model, *container, pool, StageProgress(silent));
  if (!decoded) return decoded.error();
  if (decoded->values != expected.values)
    return Error{ErrorCode::kInternal, "verification failed: the stream decodes to other latents"};
  return {};
}

}  // namespace

Result<Bytes> encode(const Model& model, ImageView image, const EncodeOptions& options) {
  if (auto valid = check_picture(image, options.quality); !valid) return valid.error();
  return guarded([&]() -> Result<Bytes> {
    ThreadPool pool(thread_count(options.threads));
    const StageProgress progress(options.progress);
    Result<EncodedLatents> latents =
        encode_latents(model.impl(), image, options.quality, pool, progress);
    if (!latents) return latents.error();

    const StreamHeader header{
        .flags = image.channels == 1 ? kFlagGrey : std::uint8_t{0},
        .width = static_cast<std::uint32_t>(image.width),
        .height = static_cast<std::uint32_t>(image.height),
        .quality = static_cast<std::uint8_t>(options.quality),
        .model_id = model.id(),
    };
    const Section section{.tag = kTagLatents, .offset = 0, .payload = latents->payload};
    Bytes stream = write_container(header, {&section, 1});
    if (options.verify) {
      auto same = verify_stream(model.impl(), stream, latents->decoded, pool);
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
    Result<Tensor> latents = decode_latents(model.impl(), *container, pool, progress);
    if (!latents) return latents.error();
    Image image = synthesise(model.impl(), *latents, container->header, pool);
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
      (section.tag == kTagLatents ? info.latents_bytes : info.metadata_bytes) +=
          section.payload.size();
    info.overhead_bytes = info.total_bytes - info.latents_bytes - info.metadata_bytes;
    return info;
  });
}

std::string version() { return VAECOMP_VERSION; }

}  // namespace vaecomp
