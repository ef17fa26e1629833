#include <cstdlib>
#include <memory>
#include <new>
#include <vector>

#include "training/native/code_latents.h"
#include "training/native/orthogonalise.h"
#include "training/native/pass.h"
#include "training/native/stage.h"
#include "training/native/threads.h"
#include "training/native/trellis_rows.h"
#include "training/native/vaecomp_train.h"

#if defined(__GLIBC__)
#include <malloc.h>
#endif

#define VAECOMP_EXPORT __attribute__((visibility("default")))

using vaecomp::training::CodedLatents;
using vaecomp::training::Layer;
using vaecomp::training::LayerKind;
using vaecomp::training::MuonMatrix;
using vaecomp::training::Pass;
using vaecomp::training::Quintic;
using vaecomp::training::Stage;

struct vaecomp_train_stage {
  std::unique_ptr<Stage> stage;
};

struct vaecomp_train_trellis {
  vaecomp::CdfTables tables;
  int rate_weight;
};

namespace {

constexpr int kNumbersOfLayer = 6;

Pass* of(vaecomp_train_pass* pass) { return reinterpret_cast<Pass*>(pass); }

struct LatentShape {
  explicit LatentShape(const int32_t* n)
      : numbers(n), selected(vaecomp::training::selected_positions(n[6], n[1], n[2])) {}
  CodedLatents coded(const float* prior, const float* offsets) const {
    return {.batch = numbers[0],
            .positions = numbers[1] * numbers[2],
            .channels = numbers[3],
            .first = numbers[4],
            .count = numbers[5],
            .selected = &selected,
            .prior = prior,
            .offsets = offsets};
  }
  const int32_t* numbers;
  std::vector<int> selected;
};

}  // namespace

extern "C" {

VAECOMP_EXPORT int32_t vaecomp_train_version(void) { return VAECOMP_TRAIN_VERSION; }

VAECOMP_EXPORT void vaecomp_train_set_threads(int32_t threads) {
  vaecomp::training::set_threads(threads);
}

VAECOMP_EXPORT void vaecomp_train_keep_memory(void) {
#if defined(__GLIBC__)
  constexpr int kLargest = 1 << 30;
  mallopt(M_MMAP_THRESHOLD, kLargest);
  mallopt(M_TRIM_THRESHOLD, kLargest);
#endif
}

VAECOMP_EXPORT vaecomp_train_stage* vaecomp_train_stage_create(const int32_t* layers, int32_t count,
                                                               int32_t phase_mask) {
  try {
    std::vector<Layer> list;
    for (int i = 0; i < count; ++i, layers += kNumbersOfLayer) {
      if (layers[0] < 0 || layers[0] > static_cast<int>(LayerKind::kUnshuffle)) return nullptr;
      list.push_back({.kind = static_cast<LayerKind>(layers[0]),
                      .inputs = layers[1],
                      .outputs = layers[2],
                      .k = layers[3],
                      .relu = layers[4] != 0,
                      .residual = layers[5]});
    }
    auto stage = Stage::create(list, phase_mask);
    return stage ? new vaecomp_train_stage{std::move(stage)} : nullptr;
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}

VAECOMP_EXPORT void vaecomp_train_stage_free(vaecomp_train_stage* stage) { delete stage; }

VAECOMP_EXPORT int32_t vaecomp_train_stage_parameters(const vaecomp_train_stage* stage) {
  return stage->stage->parameters();
}

VAECOMP_EXPORT vaecomp_train_pass* vaecomp_train_forward(vaecomp_train_stage* stage, int32_t batch,
                                                         int32_t height, int32_t width,
                                                         const float* in,
                                                         const float* const* parameters,
                                                         float* out) {
  try {
    return reinterpret_cast<vaecomp_train_pass*>(
        stage->stage->forward(batch, height, width, in, parameters, out).release());
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}

VAECOMP_EXPORT int32_t vaecomp_train_backward(vaecomp_train_stage* stage, vaecomp_train_pass* pass,
                                              const float* in, const float* const* parameters,
                                              const float* gradient_out, float* const* gradients,
                                              float* gradient_in) {
  try {
    stage->stage->backward(std::unique_ptr<Pass>(of(pass)), in, parameters, gradient_out, gradients,
                           gradient_in);
    return 0;
  } catch (const std::bad_alloc&) {
    return -1;
  }
}

VAECOMP_EXPORT void vaecomp_train_drop(vaecomp_train_stage* stage, vaecomp_train_pass* pass) {
  stage->stage->drop(std::unique_ptr<Pass>(of(pass)));
}

VAECOMP_EXPORT int32_t vaecomp_train_code_latents(const int32_t* shape, const float* prior,
                                                  const float* offsets, const float* noise,
                                                  float* latents, float* bits, float* slopes) {
  try {
    const LatentShape of_latents(shape);
    vaecomp::training::code_latents(of_latents.coded(prior, offsets), noise, latents, bits, slopes);
    return 0;
  } catch (const std::bad_alloc&) {
    return -1;
  }
}

VAECOMP_EXPORT int32_t vaecomp_train_code_latents_back(const int32_t* shape, const float* prior,
                                                       const float* offsets, const float* slopes,
                                                       const float* gradient_bits, float* gradient,
                                                       float* gradient_prior,
                                                       float* gradient_offsets) {
  try {
    const LatentShape of_latents(shape);
    vaecomp::training::code_latents_back(of_latents.coded(prior, offsets), slopes, gradient_bits,
                                         gradient, gradient_prior, gradient_offsets);
    return 0;
  } catch (const std::bad_alloc&) {
    return -1;
  }
}

VAECOMP_EXPORT int32_t vaecomp_train_muon(int32_t count, float* const* values,
                                          const float* const* gradients, float* const* momenta,
                                          const int32_t* shapes, const float* rates, float momentum,
                                          int32_t turns, const float* quintics) {
  try {
    std::vector<MuonMatrix> matrices;
    for (int i = 0; i < count; ++i) {
      matrices.push_back(
          {values[i], gradients[i], momenta[i], shapes[2 * i], shapes[2 * i + 1], rates[i]});
    }
    std::vector<Quintic> list;
    for (int i = 0; i < turns; ++i)
      list.push_back({quintics[3 * i], quintics[3 * i + 1], quintics[3 * i + 2]});
    vaecomp::training::muon_steps(matrices, momentum, list);
    return 0;
  } catch (const std::bad_alloc&) {
    return -1;
  }
}

VAECOMP_EXPORT vaecomp_train_trellis* vaecomp_train_trellis_create(const uint16_t* radius,
                                                                   int32_t radii,
                                                                   const uint16_t* starts,
                                                                   int32_t count,
                                                                   int32_t rate_weight) {
  try {
    auto tables = vaecomp::CdfTables::build({radius, radius + radii}, {starts, starts + count});
    if (!tables || !tables->has_trellis()) return nullptr;
    return new vaecomp_train_trellis{*std::move(tables), rate_weight};
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}

VAECOMP_EXPORT void vaecomp_train_trellis_free(vaecomp_train_trellis* trellis) { delete trellis; }

VAECOMP_EXPORT int32_t vaecomp_train_trellis_choose(const vaecomp_train_trellis* trellis,
                                                    int32_t rows, int32_t length,
                                                    const float* residuals, const uint8_t* indices,
                                                    int32_t* values, float* points) {
  try {
    vaecomp::training::choose_values({rows, length, residuals, indices}, trellis->tables,
                                     trellis->rate_weight, values, points);
    return 0;
  } catch (const std::bad_alloc&) {
    return -1;
  }
}

}  // extern "C"
