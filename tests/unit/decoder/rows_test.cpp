// Decoding row by row: the same picture, in order, and an end when somebody asks for it.
#include "vaecomp/rows.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "support/deepened.h"
#include "support/files.h"
#include "support/pictures.h"

namespace vaecomp {
namespace {

Image see_through(Image image) {
  const std::size_t pixels = static_cast<std::size_t>(image.width) * image.height;
  for (std::size_t i = 0; i < pixels; ++i)
    image.alpha.push_back(static_cast<std::uint16_t>(i % (image.depth() == 16 ? 65536 : 256)));
  return image;
}

// Wide enough for the networks to give their rows in several pieces.
constexpr int kWidth = 2100, kHeight = 300;

Bytes stream_of(const Image& image) {
  return encode(test::tiny_model(), image.view(),
                {.quality = 60, .effort = 1, .threads = 1, .learned_only = true})
      .value();
}

// Counts, checks, and fails when told to.
class Watcher : public ImageSink {
 public:
  Result<void> begin(const PictureHead& head) override {
    ++begun;
    head_ = head;
    return fail_at_begin ? Result<void>(error()) : ImageSink::begin(head);
  }

  Result<void> take(ImageView rows) override {
    CHECK(begun == 1);
    CHECK(rows.height >= 1);
    CHECK(rows.width == head_.width);
    CHECK(rows.channels == head_.channels);
    CHECK(rows.depth() == head_.depth);
    CHECK(rows.alpha.size() ==
          (head_.alpha ? static_cast<std::size_t>(rows.width) * rows.height : 0));
    rows_ += rows.height;
    ++calls;
    if (fail_after > 0 && calls >= fail_after) return error();
    return ImageSink::take(rows);
  }

  static Error error() { return {ErrorCode::kIo, "no room left"}; }

  int begun = 0, calls = 0, fail_after = 0;
  bool fail_at_begin = false;
  int rows() const { return rows_; }
  const PictureHead& head() const { return head_; }

 private:
  PictureHead head_;
  int rows_ = 0;
};

TEST_CASE("the rows are those of decode(), of every kind of picture and with any threads") {
  for (const int channels : {1, 3}) {
    for (const int kind : {0, 1, 2, 3}) {
      Image image = test::picture(kWidth, kHeight, channels);
      if (kind & 1) image = test::deepened(image);
      if (kind & 2) image = see_through(image);
      image.metadata.exif = {1, 2, 3};
      const Bytes stream = stream_of(image);
      const Image whole = decode(test::tiny_model(), stream).value();
      for (const int threads : {1, 3}) {
        Watcher sink;
        REQUIRE(decode_rows(test::tiny_model(), stream, sink, {.threads = threads}));
        CHECK(sink.calls > 1);
        CHECK(sink.rows() == kHeight);
        CHECK(sink.head().metadata == image.metadata);
        CHECK(sink.image().samples == whole.samples);
        CHECK(sink.image().samples16 == whole.samples16);
        CHECK(sink.image().alpha == whole.alpha);
        CHECK(sink.image().metadata == whole.metadata);
      }
    }
  }
}

TEST_CASE("an error of the sink is the result, and no row comes after it") {
  const Bytes stream = stream_of(test::picture(kWidth, kHeight, 3));
  for (const int threads : {1, 2}) {
    Watcher at_begin, later;
    at_begin.fail_at_begin = true;
    later.fail_after = 2;
    CHECK(decode_rows(test::tiny_model(), stream, at_begin, {.threads = threads}).error().text ==
          "no room left");
    CHECK(at_begin.calls == 0);
    CHECK(decode_rows(test::tiny_model(), stream, later, {.threads = threads}).error().text ==
          "no room left");
    CHECK(later.calls == 2);
    CHECK(later.rows() < kHeight);
  }
}

TEST_CASE("asking to stop stops between rows") {
  const Bytes stream = stream_of(test::picture(kWidth, kHeight, 3));
  Watcher sink;
  const Progress progress = [](double done) { return done < 0.6; };
  const Result<void> done =
      decode_rows(test::tiny_model(), stream, sink, {.threads = 1, .progress = progress});
  REQUIRE_FALSE(done);
  CHECK(done.error().code == ErrorCode::kIo);
  CHECK(sink.begun == 1);
  CHECK(sink.rows() < kHeight);
}

TEST_CASE("a stream with a wrong symbol gives no row at all") {
  const Bytes sound = stream_of(test::picture(kWidth, kHeight, 3));
  const Container container = read_container(sound).value();
  const Section* latents = container.find(kTagLatents);
  REQUIRE(latents != nullptr);
  Bytes payload(latents->payload.begin(), latents->payload.end());
  payload[payload.size() / 2] ^= 0x55;
  const Section damaged{.tag = kTagLatents, .offset = 0, .payload = payload};
  const Bytes stream = write_container(container.header, {&damaged, 1});
  Watcher sink;
  const Result<void> done = decode_rows(test::tiny_model(), stream, sink, {.threads = 1});
  REQUIRE_FALSE(done);
  CHECK(error_family(done.error().code) == error_family(ErrorCode::kCorrupt));
  CHECK(sink.begun == 0);
}

}  // namespace
}  // namespace vaecomp
