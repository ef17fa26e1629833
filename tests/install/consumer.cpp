// Encodes and decodes one pixel with nothing but the installed headers and library.
#include <vaecomp/rows.hpp>
#include <vaecomp/study.hpp>
#include <vaecomp/vaecomp.hpp>

int main() {
  const vaecomp::Result<vaecomp::Model> model = vaecomp::Model::load_default();
  if (!model) return 1;
  const vaecomp::Image pixel{.samples = {10, 200, 30}, .width = 1, .height = 1, .channels = 3};
  const vaecomp::Result<vaecomp::Bytes> stream = vaecomp::encode(*model, pixel.view());
  if (!stream) return 2;
  const vaecomp::Result<vaecomp::Image> back = vaecomp::decode(*model, *stream);
  const auto drawn = vaecomp::draw_latents(*model, {.width = 1, .height = 1});
  if (!drawn || !vaecomp::synthesise_latents(*model, *drawn)) return 4;
  vaecomp::ImageSink rows;
  if (!vaecomp::decode_rows(*model, *stream, rows) || !back) return 5;
  if (rows.image().samples != back->samples) return 6;
  return back.has_value() && back->width == 1 && back->channels == 3 ? 0 : 3;
}
