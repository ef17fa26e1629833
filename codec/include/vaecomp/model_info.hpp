// Public C++ interface: what a model file holds, and what its networks cost.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "vaecomp/decode.hpp"

namespace vaecomp {

struct NetworkInfo {
  std::string name;
  bool exact = true;  // in integers; else in single precision
  std::vector<int> input_channels;
  std::size_t layers = 0;
  std::uint64_t parameters = 0;  // weights and biases that are used
  double macs_per_pixel = 0;     // multiply-accumulates, in a picture of quality 100
};

struct TensorInfo {
  std::string name, type;  // the type as in MODEL.md: "i8"
  std::vector<std::uint32_t> shape;
};

// Multiply-accumulates per pixel.
struct CodecCost {
  double encode = 0;  // everything but synthesis
  double decode = 0;  // hyper synthesis, context steps and synthesis
  double floats = 0;  // of `encode`, those in single precision
};

struct ModelInfo {
  std::uint32_t id = 0;
  std::uint64_t bytes = 0;  // of the file, or as the library holds it
  std::vector<std::pair<std::string, std::string>> card;
  std::vector<NetworkInfo> networks = {};
  std::vector<TensorInfo> tensors = {};
  CodecCost cost = {};
  int least_full_quality =
      0;  // whose pictures cost that much: coarser ones do without some latents
};

// Looks into a model file. Errors: those of Model::load(), also for networks that it ignores.
Result<ModelInfo> inspect_model(ByteSpan file, const ModelLimits& limits = {});

// The same for the model compiled into the library.
Result<ModelInfo> inspect_default_model();

}  // namespace vaecomp
