// What effort promises: lower cost, the same stream for any number of threads, and a way to stop.
#include <doctest/doctest.h>

#include <vector>

#include "support/files.h"
#include "support/pictures.h"

namespace vaecomp {
namespace {

// lambda * 255^2 * MSE + bits per pixel of an encoding with the default model, by decoding its
// stream.
double cost(const Model& model, const Image& image, EncodeOptions options) {
  options.verify = true;
  options.learned_only = true;  // effort goes into latents
  const Result<Bytes> stream = encode(model, image.view(), options);
  REQUIRE(stream.has_value());
  const Result<Image> decoded = decode(model, *stream);
  REQUIRE(decoded.has_value());
  double squares = 0;
  for (std::size_t i = 0; i < image.samples.size(); ++i) {
    const double error = double{1} * image.samples[i] - decoded->samples[i];
    squares += error * error;
  }
  return model.lambda(options.quality) * squares / static_cast<double>(image.samples.size()) +
         8.0 * static_cast<double>(stream->size()) / image.width / image.height;
}

// Of pictures of 72 x 50 pixels: the bits of filters are known to a byte before they are written.
constexpr double kByte = 8.0 / (72 * 50);

TEST_CASE("more effort costs less: 8 beats 5 beats 1, where models have one quantiser") {
  const Model& model = test::scalar_model();
  double all_usual = 0, all_weighed = 0, all_refined = 0;
  for (int channels : {3, 1}) {
    for (int quality : {25, 60}) {
      const Image image = test::picture(72, 50, channels);
      const double usual = cost(model, image, {.quality = quality, .effort = 1});
      const double weighed = cost(model, image, {.quality = quality, .effort = 5});
      const double refined = cost(model, image, {.quality = quality, .effort = 8});
      CHECK(weighed <= usual);            // what is usual may be the best for one picture,
      CHECK(refined <= weighed + kByte);  // and there may be nothing to refine
      all_usual += usual;
      all_weighed += weighed;
      all_refined += refined;
    }
  }
  CHECK(all_weighed < all_usual);
  CHECK(all_refined < 0.99 * all_weighed);
}

TEST_CASE("more effort costs less where models have a trellis") {
  const Result<Model> model = Model::load_default();
  REQUIRE(model.has_value());
  double all_usual = 0, all_weighed = 0, all_refined = 0;
  for (int channels : {3, 1}) {
    for (int quality : {25, 60}) {
      const Image image = test::picture(72, 50, channels);
      const double usual = cost(*model, image, {.quality = quality, .effort = 1});
      const double weighed = cost(*model, image, {.quality = quality, .effort = 5});
      const double refined = cost(*model, image, {.quality = quality, .effort = 9});
      CHECK(weighed <= usual);
      CHECK(refined <= weighed + kByte);
      all_usual += usual;
      all_weighed += weighed;
      all_refined += refined;
    }
  }
  CHECK(all_weighed < all_usual);
  CHECK(all_refined < 0.995 * all_weighed);
}

TEST_CASE("no effort costs more than effort 1 where all of the picture is judged") {
  // The tiny model has hardly been trained; its prior fits badly.
  const Model& model = test::scalar_model();
  for (int quality : {0, 50, 100}) {
    const Image image = test::picture(40, 33, 3, 7);
    const double usual = cost(model, image, {.quality = quality, .effort = 1});
    // What is judged is not filtered yet.
    constexpr double kFilterDiffers = 1.003;
    for (int effort = 2; effort <= 8; ++effort)
      CHECK(cost(model, image, {.quality = quality, .effort = effort}) <= kFilterDiffers * usual);
  }
}

TEST_CASE("tiles: a picture of several is encoded alike on any number of threads") {
  const Model& model = test::scalar_model();
  const Image image = test::picture(1100, 70, 3);  // three tiles across
  const auto run = [&](int threads) {
    return encode(model, image.view(), {.quality = 40, .effort = 6, .threads = threads});
  };
  const Result<Bytes> one = run(1), three = run(3);
  REQUIRE(one.has_value());
  REQUIRE(three.has_value());
  CHECK(*one == *three);
}

TEST_CASE("progress rises to 1, and refining can be stopped") {
  const Model& model = test::scalar_model();
  const Image image = test::picture(64, 64, 3);
  std::vector<double> reports;
  EncodeOptions options{.effort = 8};
  options.progress = [&](double done) {
    reports.push_back(done);
    return true;
  };
  REQUIRE(encode(model, image.view(), options).has_value());
  REQUIRE(reports.size() > 10);  // one a round, and those around
  for (std::size_t i = 1; i < reports.size(); ++i) CHECK(reports[i] >= reports[i - 1]);
  CHECK(reports.back() == 1.0);

  int calls = 0;
  options.progress = [&](double) { return ++calls < 10; };
  const Result<Bytes> stopped = encode(model, image.view(), options);
  REQUIRE(!stopped.has_value());
  CHECK(stopped.error().code == ErrorCode::kIo);
  CHECK(calls == 10);
}

TEST_CASE("effort is from 1 to 9") {
  const Image image = test::picture(16, 16, 3);
  for (int effort : {-1, 0, 10}) {
    const Result<Bytes> stream = encode(test::tiny_model(), image.view(), {.effort = effort});
    REQUIRE(!stream.has_value());
    CHECK(stream.error().code == ErrorCode::kInvalidArgument);
  }
}

}  // namespace
}  // namespace vaecomp
