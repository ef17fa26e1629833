/* C interface: opaque handles, status codes, memory owned by the library until it is freed by name.
   Functions of one model may run in many threads at once. Nothing prints, exits or keeps globals.

       vaecomp_model* model;
       vaecomp_bytes stream;
       vaecomp_error error;
       if (vaecomp_model_load_default(&model, &error) != VAECOMP_OK) ...
       vaecomp_picture picture = {.width = w, .height = h, .channels = 3, .depth = 8, .samples = p};
       if (vaecomp_encode(model, &picture, NULL, &stream, &error) != VAECOMP_OK) ...
       vaecomp_bytes_free(&stream);
       vaecomp_model_free(model);
*/
#ifndef VAECOMP_VAECOMP_H
#define VAECOMP_VAECOMP_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a function returns: the family of an error, which is the program's exit code too. */
typedef enum vaecomp_status {
  VAECOMP_OK = 0,
  VAECOMP_IO = 1,          /* not returned by these functions */
  VAECOMP_BAD_DATA = 2,    /* truncated, corrupt, or not such a file */
  VAECOMP_UNSUPPORTED = 3, /* a newer version, an unknown feature or model */
  VAECOMP_LIMIT = 4,       /* beyond a limit, or out of memory */
  VAECOMP_USAGE = 5,       /* an argument that makes no sense */
  VAECOMP_INTERNAL = 6     /* a broken invariant: please report */
} vaecomp_status;

#define VAECOMP_NO_OFFSET UINT64_MAX

/* What went wrong. Every function takes a pointer to one, or NULL; it is filled on failure only.
   What else a function would have given is then NULL or empty. */
typedef struct vaecomp_error {
  int code;          /* ErrorCode of format/error.h: stable, its tens digit is the status */
  uint64_t offset;   /* in the data that was read, or VAECOMP_NO_OFFSET */
  char message[256]; /* one line, ended by 0, cut if it is longer */
} vaecomp_error;

/* Networks and tables. Immutable; free it when nothing uses it any more. */
typedef struct vaecomp_model vaecomp_model;

/* A picture lent to the library. Rows top to bottom without padding. */
typedef struct vaecomp_picture {
  int width, height;     /* pixels */
  int channels;          /* of colour, interleaved: 1 (grey) or 3 (RGB), as it was encoded */
  int depth;             /* bits of a sample: 8 (uint8_t) or 16 (uint16_t, native byte order) */
  const void* samples;   /* [height][width][channels] */
  const uint16_t* alpha; /* [height][width], 0 .. 255 or, with 16 bits, 0 .. 65535; NULL: opaque */
} vaecomp_picture;

/* A decoded picture, which the library owns: give it to vaecomp_image_free. */
typedef struct vaecomp_image {
  vaecomp_picture picture;
  void* owner;
} vaecomp_image;

/* Bytes that the library owns: give them to vaecomp_bytes_free. */
typedef struct vaecomp_bytes {
  const uint8_t* data;
  size_t size;
  void* owner;
} vaecomp_bytes;

/* Zeros are not the defaults: begin with VAECOMP_ENCODE_OPTIONS. */
typedef struct vaecomp_encode_options {
  int quality; /* 0 (smallest) .. 100 (best) */
  int effort;  /* 1 (fastest) .. 9 (smallest) */
  int threads; /* 0: as many as the machine has; the stream is the same for any number */
  int lossless; /* not 0: every sample comes back; quality and effort are not used */
  int learned_only; /* not 0: no patches, nor a stream of pixels where that costs less */
  int alpha_quality; /* 0 .. 100 (exact) */
} vaecomp_encode_options;
#define VAECOMP_ENCODE_OPTIONS \
  { 50, 5, 0, 0, 0, 100 }

/* "0.1.0"; valid for ever. */
const char* vaecomp_version(void);

/* The model compiled into the library; a model file (.vaem) in memory, which may be freed after. */
vaecomp_status vaecomp_model_load_default(vaecomp_model** model, vaecomp_error* error);
vaecomp_status vaecomp_model_load(const uint8_t* data, size_t size, vaecomp_model** model,
                                  vaecomp_error* error);
uint32_t vaecomp_model_id(const vaecomp_model* model);
void vaecomp_model_free(vaecomp_model* model); /* NULL does nothing, here and below */

/* `options` NULL: VAECOMP_ENCODE_OPTIONS. Metadata is the C++ interface's business. */
vaecomp_status vaecomp_encode(const vaecomp_model* model, const vaecomp_picture* picture,
                              const vaecomp_encode_options* options, vaecomp_bytes* stream,
                              vaecomp_error* error);

/* Refuses pictures of more than `max_pixels` (0: 2^28). `threads` as above. Metadata is left out:
   a picture that its camera's EXIF would turn lies as it was coded. */
vaecomp_status vaecomp_decode(const vaecomp_model* model, const uint8_t* stream, size_t size,
                              uint64_t max_pixels, int threads, vaecomp_image* image,
                              vaecomp_error* error);

/* Both leave an empty structure behind, so that freeing twice does nothing. */
void vaecomp_bytes_free(vaecomp_bytes* bytes);
void vaecomp_image_free(vaecomp_image* image);

#ifdef __cplusplus
}
#endif

#endif
