// Every picture with the first kernels and one thread, then with all others, which must agree.
#include "vaecomp/signature.hpp"

#include <type_traits>

#include "codec/api/call_guard.h"
#include "codec/kernels/kernels.h"
#include "codec/signature/drawn_streams.h"
#include "format/crc32c.h"
#include "vaecomp/study.hpp"

namespace vaecomp {
namespace {

// Runs other kernels while it exists.
class KernelsInstead {
 public:
  explicit KernelsInstead(std::string_view name) : before_(kernels().name) { choose_kernels(name); }
  ~KernelsInstead() { choose_kernels(before_); }
  KernelsInstead(const KernelsInstead&) = delete;
  KernelsInstead& operator=(const KernelsInstead&) = delete;

 private:
  std::string_view before_;
};

template <typename Number>
std::uint32_t hashed(const std::vector<Number>& numbers, std::uint32_t before) {
  Bytes bytes;
  bytes.reserve(numbers.size() * sizeof(Number));
  for (const Number number : numbers)
    append_le(bytes, static_cast<std::make_unsigned_t<Number>>(number));
  return crc32c(bytes, before);
}

// Of a stream, its latents if it has any, and its picture.
Result<std::uint32_t> hash_of(const DecoderModel& model, const DrawnPicture& picture, int threads) {
  ThreadPool pool(threads);
  const Result<Bytes> stream = drawn_stream(model, picture, pool);
  if (!stream) return stream.error();
  std::uint32_t hash = crc32c(*stream);
  if ((picture.flags & kFlagPixels) == 0) {
    const auto studied = decode_latents(model, *stream, {.threads = threads});
    if (!studied) return studied.error();
    hash = hashed(studied->hyper_values, hash);
    hash = hashed(studied->latents.values, hash);
  }
  const Result<Image> image = decode(model, *stream, {.threads = threads});
  if (!image) return image.error();
  return hashed(image->alpha, hashed(image->samples16, hashed(image->samples, hash)));
}

Error difference(std::size_t picture, std::string_view kernels, int threads) {
  return {ErrorCode::kInternal,
          "picture " + std::to_string(picture) + " of the signature differs with kernels " +
              std::string(kernels) + " and " + std::to_string(threads) + " threads"};
}

}  // namespace

Result<Signature> signature(const DecoderModel& model) {
  return guarded([&]() -> Result<Signature> {
    std::vector<std::uint32_t> hashes;  // of the pictures
    Signature result{.kernels = usable_kernels()};
    for (const std::string& name : result.kernels) {
      const KernelsInstead instead(name);
      for (int threads = 1; threads <= kSignatureThreads; ++threads) {
        std::size_t k = 0;
        for (const DrawnPicture& picture : drawn_pictures()) {
          const Result<std::uint32_t> hash = hash_of(model, picture, threads);
          if (!hash) return hash.error();
          if (k == hashes.size()) hashes.push_back(*hash);
          if (hashes[k] != *hash) return difference(k, name, threads);
          ++k;
        }
      }
    }
    result.pictures = static_cast<int>(hashes.size());
    result.hash = hashed(hashes, 0);
    return result;
  });
}

}  // namespace vaecomp
