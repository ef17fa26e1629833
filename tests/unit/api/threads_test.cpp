// Any number of threads gives the same, of one call and of calls beside each other. Short, so that
// the thread sanitizer (preset tsan) can watch all of it.
#include <doctest/doctest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "support/files.h"
#include "support/pictures.h"
#include "vaecomp/rows.hpp"
#include "vaecomp/study.hpp"
#include "vaecomp/target.hpp"

namespace vaecomp {
namespace {

constexpr int kThreads[] = {2, 3, 7};

// Three bands, so that there is something to share out, and alpha.
Image tall_picture() {
  Image image = test::picture(33, 1050, 3);
  for (int i = 0; i < 33 * 1050; ++i)
    image.alpha.push_back(static_cast<std::uint16_t>(i / 70 % 256));
  return image;
}

Bytes encoded(const Image& image, EncodeOptions options, int threads) {
  options.threads = threads;
  const Result<Bytes> stream = encode(test::tiny_model(), image.view(), options);
  REQUIRE(stream.has_value());
  return *stream;
}

void check_decoding(ByteSpan stream) {
  const Result<Image> one = decode(test::tiny_model(), stream, {.threads = 1});
  REQUIRE(one.has_value());
  for (const int threads : kThreads) {
    const Result<Image> more = decode(test::tiny_model(), stream, {.threads = threads});
    REQUIRE(more.has_value());
    CHECK(more->samples == one->samples);
    CHECK(more->alpha == one->alpha);
  }
}

TEST_CASE("streams and pictures do not depend on the number of threads") {
  const Image image = tall_picture();
  const EncodeOptions ways[] = {{.quality = 30, .effort = 1},
                                {.quality = 80, .effort = 2, .verify = true},
                                {.quality = 60, .effort = 1, .learned_only = true},
                                {.lossless = true}};
  for (const EncodeOptions& options : ways) {
    const Bytes one = encoded(image, options, 1);
    for (const int threads : kThreads) CHECK(encoded(image, options, threads) == one);
    check_decoding(one);
  }
}

TEST_CASE("refinement and targets do not depend on it either") {
  const Image image = test::picture(70, 50, 3);
  const auto aimed = [&](int threads) {
    return encode_to(test::tiny_model(), image.view(), SizeTarget{700},
                     {.effort = 1, .threads = threads})
        .value()
        .stream;
  };
  const Bytes refined = encoded(image, {.effort = 6}, 1), sized = aimed(1);
  for (const int threads : kThreads) {
    CHECK(encoded(image, {.effort = 6}, threads) == refined);
    CHECK(aimed(threads) == sized);
  }
}

TEST_CASE("latents are studied and drawn alike") {
  const Bytes stream = encoded(test::picture(70, 50, 3), {.effort = 1, .learned_only = true}, 1);
  const auto one = decode_latents(test::tiny_model(), stream, {.threads = 1}).value();
  const auto drawn = draw_latents(test::tiny_model(), {.width = 40, .height = 40, .threads = 1});
  for (const int threads : kThreads) {
    const auto more = decode_latents(test::tiny_model(), stream, {.threads = threads}).value();
    CHECK(more.latents.values == one.latents.values);
    const auto again =
        draw_latents(test::tiny_model(), {.width = 40, .height = 40, .threads = threads});
    CHECK(again.value().values == drawn.value().values);
  }
}

TEST_CASE("calls beside each other share a model") {
  const Image image = test::picture(60, 600, 3);
  const Bytes stream = encoded(image, {.quality = 70, .effort = 1}, 1);
  const Image picture = decode(test::tiny_model(), stream, {.threads = 1}).value();
  std::atomic<int> good = 0;
  std::vector<std::thread> callers;
  for (int caller = 0; caller < 4; ++caller)
    callers.emplace_back([&, caller] {
      const int threads = 1 + caller;
      const auto back = decode(test::tiny_model(), stream, {.threads = threads});
      const auto again = encode(test::tiny_model(), image.view(),
                                {.quality = 70, .effort = 1, .threads = threads});
      good += back && back->samples == picture.samples && again && *again == stream;
    });
  for (std::thread& caller : callers) caller.join();
  CHECK(good == 4);
}

TEST_CASE("whoever asks to stop is heard, with any number of threads") {
  const Image image = tall_picture();
  const Bytes stream = encoded(image, {.effort = 1}, 1);
  for (const int threads : kThreads) {
    int calls = 0;  // one at a time, from whichever thread
    const Progress stop = [&](double) { return ++calls < 3; };
    CHECK_FALSE(encode(test::tiny_model(), image.view(), {.threads = threads, .progress = stop}));
    calls = 0;
    CHECK_FALSE(decode(test::tiny_model(), stream, {.threads = threads, .progress = stop}));
  }
}

}  // namespace
}  // namespace vaecomp
