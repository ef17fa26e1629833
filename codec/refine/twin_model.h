// The float twins of everything that a decoder runs, at one quality. Float zone.
#pragma once

#include "codec/encoder/encoder_model.h"
#include "codec/refine/twin_network.h"

namespace vaecomp {

struct TwinModel {
  const Model::Impl* exact = nullptr;  // borrowed: steps, tables, hyper prior
  int quality = 0;
  TwinNetwork hyper_synthesis;
  std::vector<TwinNetwork> context;  // one a step
  TwinNetwork synthesis;

  // Built when an encoder asks, so that a decoder never pays for it: a few milliseconds. Errors:
  // kCorrupt.
  static Result<TwinModel> build(const Model::Impl& model, int quality);
};

}  // namespace vaecomp
