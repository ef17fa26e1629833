// JPEG files.
#include "tools/image_io/jpeg.h"

#include "tests/fuzz/pictures.h"
#include "tests/fuzz/repository.h"
#include "tests/fuzz/target.h"
#include "tests/support/pictures.h"
#include "tests/unit/image_io/jpeg_samples.h"

namespace vaecomp::fuzz {
namespace {

void run(ByteSpan input) { check_reader(read_jpeg, input); }

std::vector<Bytes> seeds() {
  std::vector<Bytes> seeds;
  for (const std::string_view hex : {test::kProgressiveJpeg, test::kRestartJpeg,
                                     test::kProgressiveRestartJpeg, test::kStandardJpeg})
    seeds.push_back(test::from_hex(hex));
  for (const int channels : {1, 3}) {
    Image image = test::picture(33, 20, channels);
    image.metadata.text = {{"Comment", "", "", "words"}};
    image.metadata.exif = {'I', 'I', '*', 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    image.metadata.iptc = {'8', 'B', 'I', 'M', 4, 4, 0, 0, 0, 0, 0, 2, 28, 1};
    seeds.push_back(write_jpeg(image.view(), {.jpeg_quality = 30 * channels}).value());
  }
  return seeds;
}

}  // namespace

extern const Target kJpeg = {"jpeg", run, seeds, nullptr, 3000};

}  // namespace vaecomp::fuzz
