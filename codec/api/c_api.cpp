// The C interface over the C++ one: pointers in, errors as plain structures, no exception out.
#include <algorithm>
#include <cstring>
#include <new>
#include <string>
#include <utility>

#include "codec/api/call_guard.h"
#include "vaecomp/vaecomp.h"
#include "vaecomp/vaecomp.hpp"

struct vaecomp_model {
  vaecomp::Model model;
};

namespace {

using vaecomp::Error;
using vaecomp::ErrorCode;
using vaecomp::Result;

vaecomp_status report(const Error& error, vaecomp_error* out) {
  if (out) {
    const std::string message = error.message();
    const std::size_t length = std::min(message.size(), sizeof out->message - 1);
    out->code = static_cast<int>(error.code);
    out->offset = error.offset;
    std::memcpy(out->message, message.data(), length);
    out->message[length] = '\0';
  }
  return static_cast<vaecomp_status>(vaecomp::error_family(error.code));
}

Error null_argument(const char* name) {
  return {ErrorCode::kInvalidArgument, std::string(name) + " is NULL"};
}

// Runs `body`, which gives a Result, and hands its value to `take`. Nothing gets past it.
template <typename Body, typename Take>
vaecomp_status call(vaecomp_error* error, const Body& body, const Take& take) noexcept {
  try {
    auto result = vaecomp::guarded(body);
    if (!result) return report(result.error(), error);
    take(*std::move(result));
    return VAECOMP_OK;
  } catch (...) {  // no memory even for the message
    if (error) *error = {static_cast<int>(ErrorCode::kMemory), VAECOMP_NO_OFFSET, "no memory"};
    return VAECOMP_LIMIT;
  }
}

// The samples as the C++ interface takes them; sizes are checked there, depth and pointers here.
Result<vaecomp::ImageView> view_of(const vaecomp_picture* picture) {
  if (!picture || !picture->samples) return null_argument("picture or its samples");
  if (picture->depth != 8 && picture->depth != 16)
    return Error{ErrorCode::kInvalidArgument, "depth is neither 8 nor 16"};
  if (picture->width < 1 || picture->height < 1 || picture->channels < 1)
    return Error{ErrorCode::kInvalidArgument, "a picture without samples"};
  const std::size_t pixels = std::size_t{1} * picture->width * picture->height;
  vaecomp::ImageView view;
  view.width = picture->width;
  view.height = picture->height;
  view.channels = picture->channels;
  const std::size_t samples = pixels * picture->channels;
  if (picture->depth == 8) {
    view.samples = {static_cast<const std::uint8_t*>(picture->samples), samples};
  } else {
    view.samples16 = {static_cast<const std::uint16_t*>(picture->samples), samples};
  }
  if (picture->alpha) view.alpha = {picture->alpha, pixels};
  return view;
}

vaecomp_status keep(Result<vaecomp::Model> (*load)(vaecomp::ByteSpan), vaecomp::ByteSpan file,
                    vaecomp_model** model, vaecomp_error* error) {
  if (!model) return report(null_argument("model"), error);
  *model = nullptr;
  return call(
      error, [&] { return load(file); },
      [&](vaecomp::Model&& loaded) { *model = new vaecomp_model{std::move(loaded)}; });
}

}  // namespace

const char* vaecomp_version(void) { return VAECOMP_VERSION; }

vaecomp_status vaecomp_model_load_default(vaecomp_model** model, vaecomp_error* error) {
  return keep([](vaecomp::ByteSpan) { return vaecomp::Model::load_default(); }, {}, model, error);
}

vaecomp_status vaecomp_model_load(const uint8_t* data, size_t size, vaecomp_model** model,
                                  vaecomp_error* error) {
  if (!data && size > 0) return report(null_argument("data"), error);
  return keep([](vaecomp::ByteSpan file) { return vaecomp::Model::load(file); }, {data, size},
              model, error);
}

uint32_t vaecomp_model_id(const vaecomp_model* model) { return model ? model->model.id() : 0; }

void vaecomp_model_free(vaecomp_model* model) { delete model; }

vaecomp_status vaecomp_encode(const vaecomp_model* model, const vaecomp_picture* picture,
                              const vaecomp_encode_options* options, vaecomp_bytes* stream,
                              vaecomp_error* error) {
  if (!stream) return report(null_argument("stream"), error);
  *stream = {};
  if (!model) return report(null_argument("model"), error);
  const vaecomp_encode_options chosen =
      options ? *options : vaecomp_encode_options VAECOMP_ENCODE_OPTIONS;
  return call(
      error,
      [&]() -> Result<vaecomp::Bytes> {
        const Result<vaecomp::ImageView> view = view_of(picture);
        if (!view) return view.error();
        return vaecomp::encode(model->model, *view,
                               {.quality = chosen.quality,
                                .effort = chosen.effort,
                                .threads = chosen.threads,
                                .lossless = chosen.lossless != 0,
                                .learned_only = chosen.learned_only != 0,
                                .alpha_quality = chosen.alpha_quality});
      },
      [&](vaecomp::Bytes&& bytes) {
        auto* owner = new vaecomp::Bytes(std::move(bytes));
        *stream = {owner->data(), owner->size(), owner};
      });
}

vaecomp_status vaecomp_decode(const vaecomp_model* model, const uint8_t* stream, size_t size,
                              uint64_t max_pixels, int threads, vaecomp_image* image,
                              vaecomp_error* error) {
  if (!image) return report(null_argument("image"), error);
  *image = {};
  if (!model) return report(null_argument("model"), error);
  if (!stream && size > 0) return report(null_argument("stream"), error);
  vaecomp::DecodeOptions options{.threads = threads};
  if (max_pixels > 0) options.limits.max_pixels = max_pixels;
  return call(
      error,
      [&] {
        return vaecomp::decode(model->model, {stream, size}, options);
      },
      [&](vaecomp::Image&& decoded) {
        auto* owner = new vaecomp::Image(std::move(decoded));
        const bool deep = owner->depth() == 16;
        image->picture = {owner->width,
                          owner->height,
                          owner->channels,
                          owner->depth(),
                          deep ? static_cast<const void*>(owner->samples16.data())
                               : static_cast<const void*>(owner->samples.data()),
                          owner->alpha.empty() ? nullptr : owner->alpha.data()};
        image->owner = owner;
      });
}

void vaecomp_bytes_free(vaecomp_bytes* bytes) {
  if (!bytes) return;
  delete static_cast<vaecomp::Bytes*>(bytes->owner);
  *bytes = {};
}

void vaecomp_image_free(vaecomp_image* image) {
  if (!image) return;
  delete static_cast<vaecomp::Image*>(image->owner);
  *image = {};
}
