// Reader and writer of binary PPM and PGM.
#include "tools/image_io/pnm.h"

#include <cstddef>
#include <string>
#include <string_view>

#include "tools/image_io/picture_size.h"

namespace vaecomp {
namespace {

bool is_space(std::uint8_t c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool is_digit(std::uint8_t c) { return c >= '0' && c <= '9'; }

// Walks over the text header: numbers separated by white space and by comments from # to the line's
// end.
class HeaderReader {
 public:
  HeaderReader(ByteSpan file, std::size_t start) : file_(file), at_(start) {}

  std::size_t position() const { return at_; }

  Result<std::uint64_t> number(std::string_view what) {
    skip_blanks();
    if (at_ == file_.size()) return ended();
    if (!is_digit(file_[at_])) {
      return Error{ErrorCode::kCorrupt, "the header has no " + std::string(what), at_};
    }
    std::uint64_t value = 0;
    for (; at_ < file_.size() && is_digit(file_[at_]); ++at_) {
      value = value * 10 + (file_[at_] - '0');
      if (value > 0xFFFFFFFFu) {
        return Error{ErrorCode::kCorrupt, "the header's " + std::string(what) + " is absurd", at_};
      }
    }
    return value;
  }

  // The single white-space character between the header and the samples.
  Result<void> separator() {
    if (at_ == file_.size()) return ended();
    if (!is_space(file_[at_])) {
      return Error{ErrorCode::kCorrupt, "no white space after the header", at_};
    }
    ++at_;
    return {};
  }

 private:
  Error ended() const { return {ErrorCode::kTruncated, "the file ends inside the header", at_}; }

  void skip_blanks() {
    while (at_ < file_.size() && (is_space(file_[at_]) || file_[at_] == '#')) {
      if (file_[at_] == '#') {
        while (at_ < file_.size() && file_[at_] != '\n') ++at_;
      } else {
        ++at_;
      }
    }
  }

  ByteSpan file_;
  std::size_t at_;
};

}  // namespace

Result<Image> read_pnm(ByteSpan file, const Limits& limits) {
  if (file.size() < 2)
    return Error{ErrorCode::kTruncated, "the file ends inside the header", file.size()};
  if (file[0] != 'P' || (file[1] != '5' && file[1] != '6')) {
    return Error{ErrorCode::kUnsupportedFeature,
                 "a kind of PNM that is not read: only binary PPM (P6) and PGM (P5) are", 0};
  }
  HeaderReader header(file, 2);
  const Result<std::uint64_t> width = header.number("width");
  if (!width) return width.error();
  const Result<std::uint64_t> height = header.number("height");
  if (!height) return height.error();
  if (auto error = check_picture_size(*width, *height, limits, 2)) return *std::move(error);
  const Result<std::uint64_t> maxval = header.number("maxval");
  if (!maxval) return maxval.error();
  if (*maxval != 255) {
    return Error{ErrorCode::kUnsupportedFeature,
                 "maxval is " + std::to_string(*maxval) + ": only 255 is read", header.position()};
  }
  if (const Result<void> separated = header.separator(); !separated) return separated.error();

  Image image;
  image.width = static_cast<int>(*width);
  image.height = static_cast<int>(*height);
  image.channels = file[1] == '6' ? 3 : 1;
  const std::size_t size = static_cast<std::size_t>(*width * *height) * image.channels;
  const ByteSpan samples = file.subspan(header.position());
  if (samples.size() < size) {
    return Error{ErrorCode::kTruncated,
                 "the file ends inside the samples: " + std::to_string(samples.size()) + " of " +
                     std::to_string(size) + " bytes",
                 file.size()};
  }
  image.samples.assign(samples.begin(), samples.begin() + static_cast<std::ptrdiff_t>(size));
  return image;
}

Bytes write_pnm(ImageView image) {
  const std::string header = std::string(image.channels == 3 ? "P6\n" : "P5\n") +
                             std::to_string(image.width) + " " + std::to_string(image.height) +
                             "\n255\n";
  Bytes file;
  file.reserve(header.size() + image.samples.size());
  file.assign(header.begin(), header.end());
  file.insert(file.end(), image.samples.begin(), image.samples.end());
  return file;
}

}  // namespace vaecomp
