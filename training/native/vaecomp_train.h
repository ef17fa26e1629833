/* The C interface of the native training library, for training/vaecomp_train/engine.py. No call may
   run beside another. Pointers are to single-precision values, contiguous. */
#ifndef VAECOMP_TRAIN_H
#define VAECOMP_TRAIN_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define VAECOMP_TRAIN_VERSION 2

/* VAECOMP_TRAIN_VERSION of the library: another one is not to be used. */
int32_t vaecomp_train_version(void);

void vaecomp_train_set_threads(int32_t threads);

/* Lets the C library keep freed memory for the next step, where it would give large pieces back to
   the system and pay for their first use again. */
void vaecomp_train_keep_memory(void);

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

/* See code_latents.h. `shape` is batch, height, width, channels, first, count, phase mask. 0, or -1
   if memory is out. */
int32_t vaecomp_train_code_latents(const int32_t* shape, const float* prior, const float* offsets,
                                   const float* noise, float* latents, float* bits, float* slopes);
int32_t vaecomp_train_code_latents_back(const int32_t* shape, const float* prior,
                                        const float* offsets, const float* slopes,
                                        const float* gradient_bits, float* gradient,
                                        float* gradient_prior, float* gradient_offsets);

/* Steps of Muon for `count` matrices (orthogonalise.h); `shapes` has rows and columns of each,
   `turns` three numbers for each turn of the iteration. 0, or -1 if memory is out. */
int32_t vaecomp_train_muon(int32_t count, float* const* values, const float* const* gradients,
                           float* const* momenta, const int32_t* shapes, const float* rates,
                           float momentum, int32_t turns, const float* quintics);

typedef struct vaecomp_train_trellis vaecomp_train_trellis;

/* Prices for the choice of values under trellis-coded quantisation (trellis_rows.h): the tensors
   `entropy.radius` and `entropy.cdf` of a model file (MODEL.md section 5), and what 1/256 bit is
   worth in squared 1/256 steps. Null if the tables do not hold, or memory is out. */
vaecomp_train_trellis* vaecomp_train_trellis_create(const uint16_t* radius, int32_t radii,
                                                    const uint16_t* starts, int32_t count,
                                                    int32_t rate_weight);
void vaecomp_train_trellis_free(vaecomp_train_trellis* trellis);

/* Arrays have `rows` x `length` elements; indices are below 64. 0, or -1 if memory is out. */
int32_t vaecomp_train_trellis_choose(const vaecomp_train_trellis* trellis, int32_t rows,
                                     int32_t length, const float* residuals, const uint8_t* indices,
                                     int32_t* values, float* points);

#ifdef __cplusplus
}
#endif

#endif
