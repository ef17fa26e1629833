// Writer of the binary Netpbm formats.
#include "tools/image_io/pnm.h"

#include <cstddef>
#include <string>

#include "tools/image_io/no_place.h"
#include "tools/image_io/samples.h"

namespace vaecomp {
namespace {

Bytes with_header(ImageView image, const std::string& header) {
  const SampleLayout layout = layout_of(image);
  Bytes file(header.begin(), header.end());
  file.resize(header.size() + layout.total_bytes());
  for (int y = 0; y < image.height; ++y) {
    pack_row(image, layout, y, file.data() + header.size() + layout.row_bytes() * y);
  }
  return file;
}

std::string maxval_text(ImageView image) { return image.depth() == 16 ? "65535" : "255"; }

}  // namespace

Bytes write_pnm(ImageView image, Remarks* remarks) {
  tell_all_is_left_out(image, image.channels == 3 ? "PPM" : "PGM", remarks);
  return with_header(image, std::string(image.channels == 3 ? "P6\n" : "P5\n") +
                                std::to_string(image.width) + " " + std::to_string(image.height) +
                                "\n" + maxval_text(image) + "\n");
}

Bytes write_pam(ImageView image, Remarks* remarks) {
  tell_all_is_left_out(image, "PAM", remarks);
  const bool alpha = !image.alpha.empty();
  return with_header(image, "P7\nWIDTH " + std::to_string(image.width) + "\nHEIGHT " +
                                std::to_string(image.height) + "\nDEPTH " +
                                std::to_string(image.channels + (alpha ? 1 : 0)) + "\nMAXVAL " +
                                maxval_text(image) + "\nTUPLTYPE " +
                                (image.channels == 3 ? "RGB" : "GRAYSCALE") +
                                (alpha ? "_ALPHA" : "") + "\nENDHDR\n");
}

}  // namespace vaecomp
