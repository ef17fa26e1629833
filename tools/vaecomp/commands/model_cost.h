// What the networks of a model file cost: parameters and multiplications per pixel.
#pragma once

#include <cstdint>
#include <vector>

#include "format/model_file.h"

namespace vaecomp {

struct NetworkCost {
  const NetworkRecord* network = nullptr;  // borrowed from the model file
  std::uint64_t parameters = 0;            // weights and biases
  double macs_per_pixel = 0;  // multiply-accumulates for one pixel of a picture of quality 100
};

// One entry per network of the file, in its order. The end of a context step, after its last layer
// that looks at neighbours, runs where the step codes; inputs that meet no weight cost nothing.
// Networks are run once at the scale that MODEL.md section 5 gives them; names that it does not
// know count as running once per pixel.
std::vector<NetworkCost> network_costs(const ModelFile& file);

struct CodecCost {
  double encode = 0;  // MACs per pixel: everything but synthesis
  double decode = 0;  // hyper synthesis, context steps and synthesis
  double floats = 0;  // of `encode`, those in single precision
};
CodecCost codec_cost(const std::vector<NetworkCost>& costs);

// The least quality whose pictures cost that much: coarser ones do without some latents.
int least_full_quality(const ModelFile& file);

}  // namespace vaecomp
