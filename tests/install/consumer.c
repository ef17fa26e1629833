/* Encodes and decodes a small picture through the C interface, as a C program would. */
#include <stdlib.h>
#include <string.h>
#include <vaecomp/vaecomp.h>

#define CHECK(condition) \
  if (!(condition)) return __LINE__ % 200 + 1

int main(void) {
  uint8_t samples[24 * 20 * 3];
  uint16_t alpha[24 * 20];
  for (size_t i = 0; i < sizeof samples; ++i) samples[i] = (uint8_t)(i * 7 % 256);
  for (size_t i = 0; i < 24 * 20; ++i) alpha[i] = (uint16_t)(i % 256);
  vaecomp_model* model = NULL;
  vaecomp_error error;
  CHECK(vaecomp_model_load_default(&model, &error) == VAECOMP_OK);
  CHECK(vaecomp_model_id(model) != 0 && strlen(vaecomp_version()) >= 5);

  vaecomp_picture picture = {24, 20, 3, 8, samples, alpha};
  vaecomp_bytes stream;
  CHECK(vaecomp_encode(model, &picture, NULL, &stream, &error) == VAECOMP_OK);
  vaecomp_image image;
  CHECK(vaecomp_decode(model, stream.data, stream.size, 0, 1, &image, &error) == VAECOMP_OK);
  CHECK(image.picture.width == 24 && image.picture.height == 20);
  CHECK(image.picture.channels == 3 && image.picture.depth == 8);
  CHECK(memcmp(image.picture.alpha, alpha, sizeof alpha) == 0);
  vaecomp_image_free(&image);
  vaecomp_image_free(&image);

  CHECK(vaecomp_decode(model, stream.data, stream.size, 100, 1, &image, &error) == VAECOMP_LIMIT);
  CHECK(vaecomp_decode(model, stream.data, 9, 0, 1, &image, &error) == VAECOMP_BAD_DATA);
  CHECK(strlen(error.message) > 0 && error.code / 10 == VAECOMP_BAD_DATA);
  CHECK(image.owner == NULL);
  CHECK(vaecomp_decode(model, NULL, 9, 0, 1, &image, NULL) == VAECOMP_USAGE);
  vaecomp_bytes_free(&stream);

  memset(samples, 80, sizeof samples); /* neutral: still three channels, equal ones */
  CHECK(vaecomp_encode(model, &picture, NULL, &stream, &error) == VAECOMP_OK);
  CHECK(vaecomp_decode(model, stream.data, stream.size, 0, 1, &image, &error) == VAECOMP_OK);
  CHECK(image.picture.channels == 3);
  const uint8_t* back = image.picture.samples;
  for (size_t i = 0; i < sizeof samples; ++i) CHECK(back[i] == back[i / 3 * 3]);
  vaecomp_image_free(&image);
  vaecomp_bytes_free(&stream);

  const vaecomp_encode_options wrong = {101, 5, 0};
  CHECK(vaecomp_encode(model, &picture, &wrong, &stream, &error) == VAECOMP_USAGE);
  picture.depth = 12;
  CHECK(vaecomp_encode(model, &picture, NULL, &stream, &error) == VAECOMP_USAGE);
  CHECK(vaecomp_encode(NULL, &picture, NULL, &stream, NULL) == VAECOMP_USAGE);
  CHECK(stream.data == NULL);
  vaecomp_model_free(model);
  CHECK(vaecomp_model_load((const uint8_t*)"VAEM", 4, &model, &error) == VAECOMP_BAD_DATA);
  CHECK(model == NULL);
  return 0;
}
