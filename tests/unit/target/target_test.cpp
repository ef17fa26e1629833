// encode_to: what it promises of sizes and scores, with a model that has hardly been trained.
#include "vaecomp/target.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "support/files.h"
#include "support/pictures.h"

namespace vaecomp {
namespace {

double psnr(const Image& a, const Image& b) {
  double squares = 0;
  for (std::size_t i = 0; i < a.samples.size(); ++i) {
    const double error = double{1} * a.samples[i] - b.samples[i];
    squares += error * error;
  }
  return 10 * std::log10(65025.0 * static_cast<double>(a.samples.size()) / squares);
}

ScoreTarget as_good_as(double decibels, const Image& original) {
  return {decibels, [&original](const Image& decoded) { return psnr(original, decoded); }};
}

std::uint64_t size_at(const Image& image, int quality) {
  return encode(test::tiny_model(), image.view(), {.quality = quality, .learned_only = true})
      .value()
      .size();
}

// Qualities between which the test model's rate and score rise in small steps. At 50, where its
// detail latents begin, it leaps: they were not trained.
constexpr std::pair<int, int> kSmooth[] = {{0, 49}, {50, 100}};

// Detail on the grey axis: turned or fainter colours would have leaps of their own.
Image greyish() {
  Image image = test::neutral(test::picture(180, 140, 1));
  for (std::size_t i = 0; i < image.samples.size(); i += 3) image.samples[i] /= 2;
  return image;
}

TEST_CASE("sizes: met from below, all parts of the stream counted") {
  Image image = greyish();
  image.alpha.resize(std::size_t{180} * 140);
  for (std::size_t i = 0; i < image.alpha.size(); ++i) image.alpha[i] = i % 251 + 1;
  image.metadata.exif = Bytes(300, 7);
  for (const auto& [low, high] : kSmooth) {
    const std::uint64_t least = size_at(image, low), most = size_at(image, high);
    for (std::uint64_t bytes = least; bytes < most; bytes += (most - least) / 4) {
      const Result<TargetedStream> result =
          encode_to(test::tiny_model(), image.view(), SizeTarget{bytes}, {.verify = true});
      REQUIRE(result.has_value());
      CHECK(result->met);
      CHECK(result->stream.size() <= bytes);
      CHECK(static_cast<double>(result->stream.size()) >= 0.98 * static_cast<double>(bytes));
      CHECK(probe(result->stream)->header.quality == result->quality);
    }
  }
}

TEST_CASE("scores: met from above, and told") {
  const Image image = greyish();
  const auto score_at = [&](int quality) {
    const Bytes stream =
        encode(test::tiny_model(), image.view(), {.quality = quality, .learned_only = true})
            .value();
    return psnr(image, decode(test::tiny_model(), stream).value());
  };
  for (const auto& [low, high] : kSmooth) {
    const double worst = score_at(low), best = score_at(high);
    for (double share : {0.1, 0.5, 0.95}) {
      const double wanted = worst + share * (best - worst);
      const Result<TargetedStream> result =
          encode_to(test::tiny_model(), image.view(), as_good_as(wanted, image));
      REQUIRE(result.has_value());
      CHECK(result->met);
      CHECK(result->score >= wanted);
      CHECK(result->score <= wanted + 0.1);
      CHECK(psnr(image, decode(test::tiny_model(), result->stream).value()) == result->score);
    }
  }
}

TEST_CASE("targets out of reach: the nearest there is, and not met") {
  const Image image = test::picture(90, 60, 3);
  const Result<TargetedStream> small = encode_to(test::tiny_model(), image.view(), SizeTarget{20});
  REQUIRE(small.has_value());
  CHECK_FALSE(small->met);
  CHECK(small->quality == 0);
  CHECK(small->stream.size() <= size_at(image, 0));
  const Result<TargetedStream> good =
      encode_to(test::tiny_model(), image.view(), as_good_as(90, image));
  REQUIRE(good.has_value());
  CHECK_FALSE(good->met);
  const Image best = decode(test::tiny_model(), good->stream).value();
  CHECK(good->score == psnr(image, best));
  const Bytes top =
      encode(test::tiny_model(), image.view(), {.quality = 100, .learned_only = true}).value();
  CHECK(good->score >= psnr(image, decode(test::tiny_model(), top).value()) - 0.05);
}

TEST_CASE("a score may be infinite, and sees alpha") {
  Image image = test::picture(40, 30, 1);
  image.alpha.assign(std::size_t{40} * 30, 9);
  int calls = 0;
  const ScoreTarget target{30, [&](const Image& decoded) {
                             ++calls;
                             CHECK(decoded.alpha == image.alpha);
                             CHECK(decoded.channels == 1);
                             return std::numeric_limits<double>::infinity();
                           }};
  const Result<TargetedStream> result = encode_to(test::tiny_model(), image.view(), target);
  REQUIRE(result.has_value());
  CHECK(result->met);
  CHECK(result->quality == 0);
  CHECK(calls > 0);
}

TEST_CASE("a neutral picture is measured as it will be decoded") {
  const Image image = test::neutral(test::picture(90, 70, 1));
  const auto score = [&](const Image& decoded) {
    CHECK(decoded.channels == 3);
    for (std::size_t i = 0; i < decoded.samples.size(); ++i)
      REQUIRE(decoded.samples[i] == decoded.samples[i / 3 * 3]);
    return psnr(image, decoded);
  };
  const Result<TargetedStream> result =
      encode_to(test::tiny_model(), image.view(), ScoreTarget{20, score}, {.verify = true});
  REQUIRE(result.has_value());
  CHECK(probe(result->stream)->header.neutral());
  CHECK(psnr(image, decode(test::tiny_model(), result->stream).value()) == result->score);
}

TEST_CASE("progress rises to 1, and the search can be stopped") {
  const Image image = test::picture(64, 64, 3);
  for (int effort : {5, 6}) {
    std::vector<double> reports;
    EncodeOptions options{.effort = effort};
    options.progress = [&](double done) {
      reports.push_back(done);
      return true;
    };
    REQUIRE(encode_to(test::tiny_model(), image.view(), SizeTarget{900}, options).has_value());
    REQUIRE(reports.size() > 3);
    for (std::size_t i = 1; i < reports.size(); ++i) CHECK(reports[i] >= reports[i - 1]);
    CHECK(reports.back() == 1.0);
    int calls = 0;
    options.progress = [&](double) { return ++calls < 3; };
    const Result<TargetedStream> stopped =
        encode_to(test::tiny_model(), image.view(), SizeTarget{900}, options);
    REQUIRE_FALSE(stopped.has_value());
    CHECK(stopped.error().code == ErrorCode::kIo);
    CHECK(calls == 3);
  }
}

TEST_CASE("refined latents meet targets as well") {
  const Image image = test::picture(96, 64, 3);
  const std::uint64_t bytes = (size_at(image, 30) + size_at(image, 31)) / 2;
  const Result<TargetedStream> sized =
      encode_to(test::scalar_model(), image.view(), SizeTarget{bytes}, {.effort = 7});
  REQUIRE(sized.has_value());
  CHECK(sized->stream.size() <= bytes);
  CHECK(static_cast<double>(sized->stream.size()) >= 0.98 * static_cast<double>(bytes));
}

TEST_CASE("arguments are checked") {
  const Image image = test::picture(16, 16, 3);
  const auto code = [&](const Target& target, const EncodeOptions& options) {
    return encode_to(test::tiny_model(), image.view(), target, options).error().code;
  };
  CHECK(code(ScoreTarget{30, {}}, {}) == ErrorCode::kInvalidArgument);
  CHECK(code(SizeTarget{1000}, {.effort = 10}) == ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace vaecomp
