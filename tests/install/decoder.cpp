// Decodes a stream that the built-in model has made: usage: decoder STREAM WIDTH HEIGHT.
#include <vaecomp/rows.hpp>

#include <cstdlib>
#include <fstream>
#include <iterator>

int main(int argc, char** argv) {
  if (argc != 4) return 1;
  std::ifstream file(argv[1], std::ios::binary);
  const vaecomp::Bytes stream(std::istreambuf_iterator<char>(file), {});
  const auto model = vaecomp::DecoderModel::load_default();
  if (!model) return 2;
  const auto image = vaecomp::decode(*model, stream);
  vaecomp::ImageSink rows;
  if (!image || !vaecomp::decode_rows(*model, stream, rows)) return 3;
  if (rows.image().samples != image->samples) return 4;
  return image->width == std::atoi(argv[2]) && image->height == std::atoi(argv[3]) ? 0 : 5;
}
