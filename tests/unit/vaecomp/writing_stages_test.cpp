// Rows on their way to a file: turned, laid over a colour, in pieces of any height.
#include "tools/vaecomp/picture/writing_stages.h"

#include <doctest/doctest.h>

#include "support/deepened.h"
#include "support/pictures.h"
#include "tools/image_io/orientation.h"
#include "tools/image_io/picture_file.h"
#include "tools/vaecomp/picture/picture_output.h"

namespace vaecomp {
namespace {

// Keeps the picture, for what comes before it in a chain.
class Kept : public PictureWriter {
 public:
  explicit Kept(Image& to) : to_(to) {}
  Result<void> begin(const PictureHead& head) override { return sink_.begin(head); }
  Result<void> take(ImageView rows) override { return sink_.take(rows); }
  Result<void> finish() override {
    to_ = std::move(sink_.image());
    return {};
  }

 private:
  Image& to_;
  ImageSink sink_;
};

ImageView rows_of(const Image& image, int begin, int count) {
  const std::size_t pixels = static_cast<std::size_t>(image.width) * count,
                    first = static_cast<std::size_t>(image.width) * begin;
  ImageView rows{.samples = {}, .width = image.width, .height = count, .channels = image.channels};
  const std::size_t c = image.channels;
  if (image.depth() == 16) {
    rows.samples16 = std::span(image.samples16).subspan(first * c, pixels * c);
  } else {
    rows.samples = std::span(image.samples).subspan(first * c, pixels * c);
  }
  if (!image.alpha.empty()) rows.alpha = std::span(image.alpha).subspan(first, pixels);
  return rows;
}

// Gives the picture to the writer, `step` rows at a time.
Result<void> write(PictureWriter& writer, const Image& image, int step) {
  if (auto done = writer.begin(head_of(image.view())); !done) return done;
  for (int y = 0; y < image.height; y += step) {
    if (auto done = writer.take(rows_of(image, y, std::min(step, image.height - y))); !done)
      return done;
  }
  return writer.finish();
}

Image with_alpha(Image image) {
  for (int i = 0; i < image.width * image.height; ++i)
    image.alpha.push_back(static_cast<std::uint16_t>(i % 256));
  return image;
}

// A TIFF of one directory with nothing but the orientation.
Bytes exif_of(int orientation) {
  return {'M',  'M',  0, 42, 0, 0, 0, 8, 0, 1,
          0x01, 0x12, 0, 3,  0, 0, 0, 1, 0, static_cast<std::uint8_t>(orientation),
          0,    0,    0, 0,  0, 0};
}

bool same(const Image& a, const Image& b) {
  return a.width == b.width && a.height == b.height && a.channels == b.channels &&
         a.samples == b.samples && a.samples16 == b.samples16 && a.alpha == b.alpha &&
         a.metadata == b.metadata;
}

TEST_CASE("a picture is turned as a whole one is, whatever pieces it comes in") {
  for (int orientation = 1; orientation <= 8; ++orientation) {
    Image image = with_alpha(test::picture(150, 70, 3));
    image.metadata.exif = exif_of(orientation);
    for (const int step : {1, 7, 70}) {
      Image shown;
      const auto writer = upright_writer(std::make_unique<Kept>(shown));
      REQUIRE(write(*writer, image, step));
      CHECK(same(shown, upright(image)));
    }
  }
}

TEST_CASE("a picture is laid over a colour as a whole one is, whatever pieces it comes in") {
  for (const int channels : {1, 3}) {
    for (const bool alpha : {false, true}) {
      Image image = test::picture(20, 33, channels);
      if (alpha) image = with_alpha(image);
      for (const Colour colour : {Colour{10, 20, 30}, Colour{9, 9, 9}}) {
        for (const int step : {1, 8, 33}) {
          Image flat;
          const auto writer = flattening_writer(colour, std::make_unique<Kept>(flat));
          REQUIRE(write(*writer, image, step));
          CHECK(same(flat, flattened(image, colour)));
        }
      }
    }
  }
}

TEST_CASE("a file is the same whatever pieces its picture comes in") {
  Image flat = test::picture(120, 90, 3);
  std::fill(flat.samples.begin(), flat.samples.end(), std::uint8_t{7});
  const Image deep = test::deepened(test::picture(33, 21, 3));
  for (const Image& image : {test::picture(120, 90, 3), test::picture(33, 21, 1), flat, deep}) {
    for (const auto format : {PictureFormat::kPng, PictureFormat::kPpm, PictureFormat::kPnm,
                              PictureFormat::kPam, PictureFormat::kJpeg}) {
      const Bytes whole = write_picture(image.view(), format).value();
      for (const int step : {1, 16}) {
        Bytes file;
        const auto writer = picture_writer(format, {}, appending_to(file));
        REQUIRE(write(*writer, image, step));
        CHECK(file == whole);
      }
    }
  }
}

TEST_CASE("a drawing is compressed harder, and stays what it is") {
  Image drawing = test::picture(300, 200, 3);
  for (std::size_t i = 0; i < drawing.samples.size(); ++i)
    drawing.samples[i] = (i / 3 % 300 / 20 + i / 900 / 20) % 2 == 0 ? 255 : 30;
  const Bytes file = write_picture(drawing.view(), PictureFormat::kPng).value();
  const Bytes fast = write_picture(drawing.view(), PictureFormat::kPng, {.png_level = 1}).value();
  CHECK(file.size() < fast.size());
  CHECK(read_picture(file, {}).value().samples == drawing.samples);
}

TEST_CASE("an error of who takes the bytes is the writer's, at once or at the end") {
  const Image image = test::picture(500, 400, 3);
  for (const auto format : {PictureFormat::kPng, PictureFormat::kPpm, PictureFormat::kJpeg}) {
    std::size_t taken = 0;
    const auto writer = picture_writer(format, {}, [&](ByteSpan bytes) -> Result<void> {
      taken += bytes.size();
      if (taken > 3000) return Error{ErrorCode::kIo, "full"};
      return {};
    });
    const Result<void> done = write(*writer, image, 10);
    REQUIRE_FALSE(done);
    CHECK(done.error().code == ErrorCode::kIo);
    CHECK(done.error().text == "full");
  }
}

}  // namespace
}  // namespace vaecomp
