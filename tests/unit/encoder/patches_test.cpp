// Exact patches: found where they pay, exact where they lie, and left out of photographs.
#include "codec/decoder/patches.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "codec/decoder/dec_image.h"
#include "codec/encoder/coded_colour.h"
#include "codec/encoder/enc_patches.h"
#include "codec/encoder/patch_plan.h"
#include "codec/encoder/verify_stream.h"
#include "support/deepened.h"
#include "support/files.h"
#include "support/pictures.h"
#include "vaecomp/target.hpp"
#include "vaecomp/vaecomp.hpp"

namespace vaecomp {
namespace {

constexpr int kQuality = 60;

// Letters of two colours on paper, from column `from` on; a photograph before.
Image page(int width, int height, int channels, int from) {
  Image image = test::picture(width, height, channels, 7);
  test::Random random(9);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const bool ink = (x * 5 / 2 % 9 < 3) && y % 12 < 8 && (x / 7 + y / 12) % 3 != 0;
      for (int c = 0; c < channels && x >= from; ++c)
        image.samples[(static_cast<std::size_t>(y) * width + x) * channels + c] =
            static_cast<std::uint8_t>(ink ? 20 + 30 * c : 250);
    }
  }
  return image;
}

BlockMask mask_of(const Bytes& stream) {
  const Container container = read_container(stream).value();
  const Section* section = container.find(kTagPatches);
  if (section == nullptr) return {};
  return read_mask(*section, container.header)->mask;
}

// The blocks of a page that begins at column 112, but for the first ones, beside the photograph.
BlockMask page_blocks(const Image& image) {
  BlockMask mask(image.width, image.height);
  for (std::size_t i = 0; i < mask.size(); ++i) mask.set(i, i % mask.columns() >= 8);
  return mask;
}

// How many samples under the mask differ, at whatever depth.
int differences(const Image& a, const Image& b, const BlockMask& mask) {
  int count = 0;
  std::size_t i = 0;
  for (int y = 0; y < a.height; ++y)
    for (int x = 0; x < a.width; ++x)
      for (int c = 0; c < a.channels; ++c, ++i)
        if (mask.covers(x, y))
          count +=
              a.depth() == 16 ? a.samples16[i] != b.samples16[i] : a.samples[i] != b.samples[i];
  return count;
}

double mean_error(const Image& a, const Image& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.samples.size(); ++i)
    sum += std::pow(a.samples[i] - b.samples[i], 2);
  return sum / static_cast<double>(a.samples.size());
}

TEST_CASE("a page beside a photograph: the page is exact, and the stream smaller for it") {
  const Model good = test::load_model("codec/default_model/default.vaem");
  for (const int channels : {1, 3}) {
    for (const bool deep : {false, true}) {
      CAPTURE(channels);
      CAPTURE(deep);
      const Image narrow = page(300, 200, channels, 112);
      const Image image = deep ? test::deepened(narrow) : narrow;
      // With the tiny model, all of a picture of 8 bits is nearly exact, and a grey one of 60
      // lossless.
      const Model& model = deep ? test::tiny_model() : good;
      const int quality = !deep ? 30 : channels == 1 ? 40 : kQuality;
      const EncodeOptions options{.quality = quality, .effort = 1, .verify = true};
      const Bytes stream = encode(model, image.view(), options).value();
      const StreamInfo info = probe(stream).value();
      REQUIRE(info.patches > 0);
      CHECK(info.patches_bytes > 0);
      CHECK(info.total_bytes == info.latents_bytes + info.patches_bytes + info.filter_bytes +
                                    info.colours_bytes + info.overhead_bytes);
      const BlockMask mask = mask_of(stream);
      CHECK(mask.count() == info.patches);
      for (int row = 0; row < mask.rows(); ++row)
        for (int column = 0; column < mask.columns(); ++column)
          if (deep || column >= 7) CHECK(mask.has(column, row) == (column >= 7));
      const Image back = decode(model, stream, {.threads = 1}).value();
      CHECK(differences(image, back, page_blocks(image)) == 0);
      const Image three = decode(model, stream, {.threads = 3}).value();
      CHECK((back.samples == three.samples && back.samples16 == three.samples16));

      EncodeOptions learned_only = options;
      learned_only.learned_only = true;
      const Bytes learned = encode(model, image.view(), learned_only).value();
      CHECK(probe(learned)->patches == 0);
      CHECK(stream.size() < learned.size());
      if (!deep) CHECK(mean_error(image, back) < mean_error(image, *decode(model, learned)));
    }
  }
}

TEST_CASE("photographs have no patch, and no candidate") {
  const Model& model = test::tiny_model();
  const Image image = test::picture(200, 150, 3, 2);
  CHECK(candidate_blocks(model.impl(), image.view(), kQuality).count() == 0);
  const EncodeOptions with{.quality = kQuality}, without{.quality = kQuality, .learned_only = true};
  CHECK(encode(model, image.view(), with).value() == encode(model, image.view(), without).value());
}

TEST_CASE("a whole page is a lossless stream, smaller than any other, at any quality") {
  const Model& model = test::tiny_model();
  const Image image = page(200, 150, 3, 0);
  std::size_t size = 0;
  for (const int quality : {20, 60, 100}) {
    const Bytes stream = encode(model, image.view(), {.quality = quality, .verify = true}).value();
    CHECK(probe(stream)->header.lossless());
    CHECK(decode(model, stream)->samples == image.samples);
    if (size > 0) CHECK(stream.size() == size);
    size = stream.size();
  }
  const Bytes asked = encode(model, image.view(), {.lossless = true}).value();
  CHECK(asked.size() == size);
}

TEST_CASE("a neutral page stays neutral, and colours under alpha 0 do not matter") {
  const Model model = test::load_model("codec/default_model/default.vaem");
  Image image = test::neutral(page(300, 200, 1, 112));
  const Bytes stream =
      encode(model, image.view(), {.quality = 30, .effort = 1, .verify = true}).value();
  CHECK(probe(stream)->header.neutral());
  REQUIRE(probe(stream)->patches > 0);
  const Image back = decode(model, stream).value();
  CHECK(differences(image, back, page_blocks(image)) == 0);

  image = page(300, 200, 3, 112);
  image.alpha.assign(300 * 200, 255);
  for (int i = 0; i < 300 * 80; ++i) image.alpha[i] = 0;
  const auto size = [&] {
    return encode(test::tiny_model(), image.view(), {.quality = kQuality, .verify = true})
        .value()
        .size();
  };
  const std::size_t before = size();
  std::fill_n(image.samples.begin(), 300 * 50 * 3, std::uint8_t{3});
  CHECK(size() == before);
}

TEST_CASE("the networks see something smooth instead of patches") {
  const Image image = page(96, 64, 3, 48);
  BlockMask mask(96, 64);
  for (std::size_t i = 0; i < mask.size(); ++i) mask.set(i, i % mask.columns() >= 3);
  Image storage;
  const ImageView filled = without_patches(image.view(), mask, storage);
  int steep = 0;
  for (int y = 1; y < 64; ++y) {
    for (int x = 1; x < 96; ++x) {
      const std::size_t i = (static_cast<std::size_t>(y) * 96 + x) * 3;
      if (!mask.covers(x, y)) {
        CHECK(filled.samples[i] == image.samples[i]);
      } else if (x > 49) {
        steep += std::abs(filled.samples[i] - filled.samples[i - 3]) > 16;
      }
    }
  }
  CHECK(steep == 0);
}

TEST_CASE("targets count patches, and gain by them") {
  const Model& model = test::tiny_model();
  const Image image = page(300, 200, 3, 112);
  EncodeOptions options{.effort = 1, .verify = true};
  // Of 16 bits patches are exact, as those of targets are.
  const Image deep = test::deepened(image);
  const SizeTarget size{encode(model, deep.view(), {.quality = kQuality, .effort = 1})->size()};
  const TargetedStream with = encode_to(model, image.view(), size, options).value();
  CHECK(with.met);
  CHECK(with.stream.size() <= size.bytes);
  CHECK(probe(with.stream)->patches > 0);
  options.learned_only = true;
  const TargetedStream without = encode_to(model, image.view(), size, options).value();
  CHECK(probe(without.stream)->patches == 0);
  CHECK(with.quality > without.quality);
  options.learned_only = false;

  const auto psnr = [&](const Image& back) {
    return 10 * std::log10(65025 / std::max(1e-9, mean_error(image, back)));
  };
  const TargetedStream scored =
      encode_to(model, image.view(), ScoreTarget{30, psnr}, options).value();
  CHECK(scored.met);
  CHECK(psnr(*decode(model, scored.stream)) == doctest::Approx(scored.score));
}

TEST_CASE("a page meets any target without loss") {
  const Model& model = test::tiny_model();
  const Image image = page(200, 150, 3, 0);
  const auto psnr = [&](const Image& back) {
    return 10 * std::log10(65025 / std::max(1e-9, mean_error(image, back)));
  };
  const TargetedStream scored = encode_to(model, image.view(), ScoreTarget{33, psnr}).value();
  CHECK(scored.met);
  CHECK(probe(scored.stream)->header.lossless());
  const TargetedStream sized =
      encode_to(model, image.view(), SizeTarget{scored.stream.size()}).value();
  CHECK(sized.met);
  CHECK(sized.stream == scored.stream);
}

TEST_CASE("verification sees other patches") {
  const Model& model = test::tiny_model();
  const Image image = test::deepened(page(300, 200, 3, 112));
  const Bytes stream = encode(model, image.view(), {.quality = kQuality}).value();
  const Container container = read_container(stream).value();
  const BlockMask mask = mask_of(stream);
  ThreadPool pool(1);
  const Progress silent;
  const RowChecks checks =
      row_checks(decode_latents(model.impl(), container, pool, StageProgress(silent)).value());
  const auto verified = [&](const Image& original, const BlockMask* expected) {
    return verify_stream(
        model.impl(), stream,
        {original.view(), original.view(), checks, expected, read_colour_turn(container).value(),
         read_pixel_filter(container).value()},
        pool);
  };
  CHECK(verified(image, &mask).has_value());
  Image other = image;
  other.samples16[(100 * 300 + 200) * 3] ^= 1;
  CHECK(verified(other, &mask).error().text.find("patches") != std::string::npos);
  BlockMask fewer = mask;
  fewer.set(mask.size() - 1, false);
  CHECK(verified(image, &fewer).error().text.find("patches") != std::string::npos);
  CHECK(verified(image, nullptr).error().text.find("patches") != std::string::npos);
}

}  // namespace
}  // namespace vaecomp
