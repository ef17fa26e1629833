// The judge of a part agrees with the judge of the whole.
#include "codec/encoder/judge.h"

#include <doctest/doctest.h>

#include <array>

#include "codec/encoder/efforts.h"
#include "codec/encoder/enc_analysis.h"
#include "codec/encoder/enc_symbols.h"
#include "codec/encoder/true_cost.h"
#include "support/files.h"
#include "support/pictures.h"

namespace vaecomp {
namespace {

constexpr int kQuality = 40;

// The cost of the picture as a whole in bits: what strips stand for.
double whole_cost(const Model::Impl& model, ImageView image, const PictureLatents& latents,
                  int rate_weight, ThreadPool& pool) {
  TrueCost cost(model, image, kQuality, pool, model.coded_channels(kQuality));
  const Bytes payload = encode_symbols(model, latents, Grid(image.width, image.height), kQuality,
                                       {.rate_weight = rate_weight}, pool, &cost);
  return cost.of(payload.size()) * image.width * image.height;
}

PictureLatents analysed(const Model::Impl& model, ImageView image, ThreadPool& pool) {
  const Progress unwatched;
  return analyse(model, image, kQuality, pool, StageProgress(unwatched)).value();
}

TEST_CASE("of a small picture all is judged, and the least cost taken") {
  const Model::Impl& model = test::tiny_model().impl();
  ThreadPool pool(1);
  const Image image = test::picture(90, 70, 3, 1);
  const PictureLatents latents = analysed(model, image.view(), pool);
  constexpr std::array kWeights = {40, 0, 12};
  const Choice choice = Judge(model, image.view(), kQuality, pool).best(latents, kWeights);
  for (const int weight : kWeights) {
    const double cost = whole_cost(model, image.view(), latents, weight, pool);
    CHECK(choice.cost <= cost);
    if (weight == choice.rate_weight) CHECK(choice.cost == cost);
  }
}

TEST_CASE("of a large picture strips are judged, on any number of threads alike") {
  const Model::Impl& model = test::tiny_model().impl();
  ThreadPool one(1), three(3);
  const Image image = test::picture(700, 801, 1, 2);
  const PictureLatents latents = analysed(model, image.view(), one);
  constexpr std::array kWeights = {kUsualWeight};
  const Choice choice = Judge(model, image.view(), kQuality, one).best(latents, kWeights);
  CHECK(choice.rate_weight == usual_rate_weight(kQuality));
  const double whole = whole_cost(model, image.view(), latents, choice.rate_weight, one);
  CHECK(choice.cost < 0.35 * whole);  // a part of the picture
  CHECK(choice.cost > 0.05 * whole);
  CHECK(Judge(model, image.view(), kQuality, three).best(latents, kWeights).cost == choice.cost);
}

}  // namespace
}  // namespace vaecomp
