// Writer of the binary Netpbm formats.
#include "tools/image_io/pnm.h"

#include <cstddef>
#include <string>
#include <utility>

#include "tools/image_io/no_place.h"
#include "tools/image_io/samples.h"

namespace vaecomp {
namespace {

std::string pnm_header(const PictureHead& head, int channels) {
  return std::string(channels == 3 ? "P6\n" : "P5\n") + std::to_string(head.width) + " " +
         std::to_string(head.height) + "\n" + std::to_string(maxval_of(head)) + "\n";
}

std::string pam_header(const PictureHead& head) {
  return "P7\nWIDTH " + std::to_string(head.width) + "\nHEIGHT " + std::to_string(head.height) +
         "\nDEPTH " + std::to_string(head.channels + (head.alpha ? 1 : 0)) + "\nMAXVAL " +
         std::to_string(maxval_of(head)) + "\nTUPLTYPE " +
         (head.channels == 3 ? "RGB" : "GRAYSCALE") + (head.alpha ? "_ALPHA" : "") + "\nENDHDR\n";
}

// The samples of `row` three times each.
void spread(const Bytes& row, std::size_t sample_bytes, Bytes& to) {
  to.clear();
  for (auto at = row.begin(); at != row.end(); at += static_cast<std::ptrdiff_t>(sample_bytes)) {
    for (int c = 0; c < 3; ++c)
      to.insert(to.end(), at, at + static_cast<std::ptrdiff_t>(sample_bytes));
  }
}

class PnmWriter : public PictureWriter {
 public:
  PnmWriter(PnmKind kind, ByteSink sink, Remarks* remarks)
      : kind_(kind), sink_(std::move(sink)), remarks_(remarks) {}

  Result<void> begin(const PictureHead& head) override {
    layout_ = layout_of(head);
    row_.resize(layout_.row_bytes());
    spread_ = kind_ == PnmKind::kPpm && head.channels == 1;
    const int channels = spread_ ? 3 : head.channels;
    const bool pam = kind_ == PnmKind::kPam;
    tell_all_is_left_out(head, pam ? "PAM" : channels == 3 ? "PPM" : "PGM", remarks_);
    const std::string header = pam ? pam_header(head) : pnm_header(head, channels);
    return sink_({reinterpret_cast<const std::uint8_t*>(header.data()), header.size()});
  }

  Result<void> take(ImageView rows) override {
    for (int y = 0; y < rows.height; ++y) {
      pack_row(rows, layout_, y, row_.data());
      if (spread_) spread(row_, layout_.sample_bytes(), wide_row_);
      if (auto done = sink_(spread_ ? wide_row_ : row_); !done) return done;
    }
    return {};
  }

  Result<void> finish() override { return {}; }

 private:
  PnmKind kind_;
  ByteSink sink_;
  Remarks* remarks_;
  SampleLayout layout_;
  bool spread_ = false;
  Bytes row_, wide_row_;
};

Bytes written(PnmKind kind, ImageView image, Remarks* remarks) {
  Bytes file;
  PnmWriter writer(kind, appending_to(file), remarks);
  return write_whole(writer, image) ? file : Bytes();
}

}  // namespace

std::unique_ptr<PictureWriter> pnm_writer(PnmKind kind, ByteSink sink, Remarks* remarks) {
  return std::make_unique<PnmWriter>(kind, std::move(sink), remarks);
}

Bytes write_pnm(ImageView image, Remarks* remarks) {
  return written(PnmKind::kPnm, image, remarks);
}

Bytes write_pam(ImageView image, Remarks* remarks) {
  return written(PnmKind::kPam, image, remarks);
}

}  // namespace vaecomp
