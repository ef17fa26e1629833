/* The C interface of the native training library, for training/vaecomp_train/engine.py. No call may
   run beside another. Pointers are to single-precision values, contiguous. */
#ifndef VAECOMP_TRAIN_H
#define VAECOMP_TRAIN_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define VAECOMP_TRAIN_VERSION 1

/* VAECOMP_TRAIN_VERSION of the library: another one is not to be used. */
int32_t vaecomp_train_version(void);

void vaecomp_train_set_threads(int32_t threads);

typedef struct vaecomp_train_stage vaecomp_train_stage;
typedef struct vaecomp_train_pass vaecomp_train_pass;

/* See stage.h. A layer is six numbers: kind, inputs, outputs, k, relu, residual. Null if they do
   not fit. */
vaecomp_train_stage* vaecomp_train_stage_create(const int32_t* layers, int32_t count,
                                                int32_t phase_mask);
void vaecomp_train_stage_free(vaecomp_train_stage* stage);
int32_t vaecomp_train_stage_parameters(const vaecomp_train_stage* stage);

/* Null if the sizes do not divide or memory is out. The result is for one of the next two. */
vaecomp_train_pass* vaecomp_train_forward(vaecomp_train_stage* stage, int32_t batch, int32_t height,
                                          int32_t width, const float* in,
                                          const float* const* parameters, float* out);
/* 0, or -1 if memory is out. */
int32_t vaecomp_train_backward(vaecomp_train_stage* stage, vaecomp_train_pass* pass,
                               const float* in, const float* const* parameters,
                               const float* gradient_out, float* const* gradients,
                               float* gradient_in);
void vaecomp_train_drop(vaecomp_train_stage* stage, vaecomp_train_pass* pass);

/* Steps of Muon for `count` matrices (orthogonalise.h); `shapes` has rows and columns of each, `turns` three
   numbers for each turn of the iteration. 0, or -1 if memory is out. */
int32_t vaecomp_train_muon(int32_t count, float* const* values, const float* const* gradients, float* const* momenta,
                           const int32_t* shapes, const float* rates, float momentum, int32_t turns,
                           const float* quintics);

#ifdef __cplusplus
}
#endif

#endif
