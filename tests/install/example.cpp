// Compresses a grey ramp and decompresses it again.
#include <cstdio>
#include <vaecomp/vaecomp.hpp>

int main() {
  vaecomp::Image ramp{.samples = {}, .width = 256, .height = 64, .channels = 1};
  for (int y = 0; y < ramp.height; ++y)
    for (int x = 0; x < ramp.width; ++x) ramp.samples.push_back(static_cast<std::uint8_t>(x));

  const auto model = vaecomp::Model::load_default();  // once; safe to share between threads
  if (!model) return 1;
  const auto stream = vaecomp::encode(*model, ramp.view(), {.quality = 70, .threads = 1});
  if (!stream) {
    std::fprintf(stderr, "%s\n", stream.error().message().c_str());
    return 1;
  }
  const auto back = vaecomp::decode(*model, *stream);
  if (!back) return 1;
  std::printf("%zu bytes, %d x %d\n", stream->size(), back->width, back->height);
  return 0;
}
