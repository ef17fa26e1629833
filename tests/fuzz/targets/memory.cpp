// Memory that ends at some allocation: the first that fails, or all from there on. Whatever was
// being done ends with kMemory or with a result, and nothing is lost.
#include <new>

#include "tests/fuzz/choices.h"
#include "tests/fuzz/failing_memory.h"
#include "tests/fuzz/repository.h"
#include "tests/fuzz/require.h"
#include "tests/fuzz/target.h"
#include "tests/support/pictures.h"
#include "tools/image_io/jpeg.h"
#include "tools/image_io/picture_file.h"
#include "tools/image_io/png.h"
#include "vaecomp/model_info.hpp"
#include "vaecomp/study.hpp"
#include "vaecomp/target.hpp"

namespace vaecomp::fuzz {
namespace {

constexpr Limits kLimits{.max_pixels = 20000, .max_metadata = 1 << 18};

template <typename T>
bool is_out_of_memory(const Result<T>& result) {
  return !result && result.error().code == ErrorCode::kMemory;
}

// The library's functions return; they never throw. Gives whether one was out of memory.
bool use_library(int what, ByteSpan bytes) {
  const Model& model = tiny_model();
  switch (what) {
    case 0:
      return is_out_of_memory(decode(model, bytes, {.threads = 1, .limits = kLimits}));
    case 1:
      return is_out_of_memory(decode_latents(model, bytes, {.threads = 1, .limits = kLimits}));
    case 2:
      return is_out_of_memory(probe(bytes, kLimits));
    case 3:
      return is_out_of_memory(Model::load(bytes, {.max_payload = 1 << 20, .max_work = 1 << 14}));
    case 4:
      return is_out_of_memory(inspect_model(bytes, {.max_payload = 1 << 20, .max_work = 1 << 14}));
    default:
      break;
  }
  static const Image image = test::picture(40, 30, 3);
  const EncodeOptions options{
      .quality = 60, .effort = 1 + what % 2, .threads = 1, .lossless = what == 7};
  if (what < 8) return is_out_of_memory(encode(model, image.view(), options));
  return is_out_of_memory(encode_to(model, image.view(), SizeTarget{400}, options));
}
constexpr int kLibraryUses = 9;

// The readers and writers of picture files may throw std::bad_alloc, which main() reports.
bool use_readers(int what, ByteSpan bytes) {
  try {
    const auto image = read_picture(bytes, {.limits = kLimits, .tolerant = (what & 1) != 0});
    if (!image) return is_out_of_memory(image);
    return is_out_of_memory((what & 2) != 0 ? write_png(image->view()) : write_jpeg(image->view()));
  } catch (const std::bad_alloc&) {
    return true;
  }
}

void run(ByteSpan input) {
  Choices choices(input);
  const int what = choices.below(kLibraryUses + 4);
  const std::uint32_t kind = choices.byte();
  const std::uint32_t before = choices.u16();
  const ByteSpan rest = choices.rest();
  tiny_model();
  const auto use = [&] {
    return what < kLibraryUses ? use_library(what, rest) : use_readers(what - kLibraryUses, rest);
  };
  static const bool warm = use_library(5, {}) || use_library(8, {});  // what is made once for all
  require(!warm, "nothing fails before it is told to");
  bool out = false, failed = false;
  {
    const FailingMemory failing(before, (kind & 1) != 0);
    out = use();
    failed = failing.failed();
  }
  require(failed || !out, "memory is out only if an allocation failed");
}

void add_seeds(int what, ByteSpan bytes, std::vector<Bytes>& seeds) {
  for (int before = 0; before < 60000; before += 1 + before / 8)
    seeds.push_back(seed_of({what, before / 3 & 1, before & 255, before >> 8}, bytes));
}

std::vector<Bytes> seeds() {
  std::vector<Bytes> seeds;
  const Bytes lossy = repository_file("tests/models/streams/70x37-q60.vaec");
  const Bytes lossless = repository_file("tests/golden/lossless_grey.vaec");
  const Bytes patches = repository_file("tests/golden/tiny_three_bands.vaec");
  for (const int what : {0, 1, 2}) {
    add_seeds(what, lossy, seeds);
    add_seeds(what, lossless, seeds);
  }
  add_seeds(0, patches, seeds);
  for (const Bytes& vector : vectors_of("stream"))
    if (read_container(vector)) add_seeds(0, vector, seeds);
  add_seeds(3, tiny_model_file(), seeds);
  add_seeds(4, tiny_model_file(), seeds);
  for (int what = 5; what < kLibraryUses; ++what) add_seeds(what, {}, seeds);
  for (const Target* pictures : {&kPng, &kJpeg, &kPnm})
    for (const Bytes& file : pictures->seeds())
      add_seeds(kLibraryUses + static_cast<int>(seeds.size() % 4), file, seeds);
  return seeds;
}

}  // namespace

extern const Target kMemory = {"memory", run, seeds};

}  // namespace vaecomp::fuzz
