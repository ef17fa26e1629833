// Reader and writer of the binary Netpbm formats.
#include "tools/image_io/pnm.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "tools/image_io/no_place.h"
#include "tools/image_io/picture_size.h"
#include "tools/image_io/pnm_header.h"
#include "tools/image_io/samples.h"

namespace vaecomp {
namespace {

constexpr std::uint64_t kMaxMaxval = 65535;

struct TupleType {
  std::string_view name;
  int channels;
  bool alpha;
};

constexpr TupleType kTupleTypes[] = {
    {"GRAYSCALE", 1, false}, {"RGB", 3, false},           {"GRAYSCALE_ALPHA", 1, true},
    {"RGB_ALPHA", 3, true},  {"BLACKANDWHITE", 1, false}, {"BLACKANDWHITE_ALPHA", 1, true}};

// What a header says before it is checked.
struct Head {
  std::uint64_t width = 0, height = 0, depth = 0, maxval = 0;
  std::string tuple_type;
};

Result<Head> read_numbers(PnmHeader& header, bool rgb) {
  Head head;
  head.depth = rgb ? 3 : 1;
  const std::pair<std::string_view, std::uint64_t*> numbers[] = {
      {"width", &head.width}, {"height", &head.height}, {"maxval", &head.maxval}};
  for (const auto& [what, to] : numbers) {
    const Result<std::uint64_t> number = header.number(what);
    if (!number) return number.error();
    *to = *number;
  }
  return head;
}

Result<Head> read_words(PnmHeader& header) {
  Head head;
  const std::pair<std::string_view, std::uint64_t*> numbers[] = {{"WIDTH", &head.width},
                                                                 {"HEIGHT", &head.height},
                                                                 {"DEPTH", &head.depth},
                                                                 {"MAXVAL", &head.maxval}};
  while (true) {
    const std::size_t start = header.position();
    Result<std::string> word = header.word();
    if (!word) return word.error();
    if (*word == "ENDHDR") return head;
    if (*word == "TUPLTYPE") {
      Result<std::string> type = header.word();
      if (!type) return type.error();
      head.tuple_type = *std::move(type);
      continue;
    }
    bool known = false;
    for (const auto& [name, to] : numbers) {
      if (*word != name) continue;
      const Result<std::uint64_t> number = header.number(name);
      if (!number) return number.error();
      *to = *number;
      known = true;
    }
    if (!known) return Error{ErrorCode::kCorrupt, "the header has an unknown line", start};
  }
}

// Channels and alpha of a PAM: by its tuple type, or if it names none by its depth.
Result<TupleType> tuple_type_of(const Head& head) {
  for (const TupleType& type : kTupleTypes) {
    const bool fits =
        head.depth == static_cast<std::uint64_t>(type.channels + (type.alpha ? 1 : 0));
    if (fits && (head.tuple_type.empty() || head.tuple_type == type.name)) return type;
  }
  return Error{ErrorCode::kUnsupportedFeature,
               "PAM of tuple type " + (head.tuple_type.empty() ? "none" : head.tuple_type) +
                   " with depth " + std::to_string(head.depth) +
                   ": only GRAYSCALE and RGB, with or without _ALPHA, are read",
               0};
}

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

Result<Image> read_pnm(ByteSpan file, const ReadOptions& options,
                       [[maybe_unused]] Remarks* remarks) {
  if (file.size() < 2)
    return Error{ErrorCode::kTruncated, "the file ends inside the header", file.size()};
  const char kind = static_cast<char>(file[1]);
  if (file[0] != 'P' || kind < '5' || kind > '7') {
    return Error{ErrorCode::kUnsupportedFeature,
                 "a kind of PNM that is not read: only binary PGM (P5), PPM (P6) and PAM (P7) are",
                 0};
  }
  PnmHeader header(file, 2);
  const Result<Head> head = kind == '7' ? read_words(header) : read_numbers(header, kind == '6');
  if (!head) return head.error();
  if (auto error = check_picture_size(head->width, head->height, options.limits, 2)) {
    return *std::move(error);
  }
  if (head->maxval == 0 || head->maxval > kMaxMaxval) {
    return Error{ErrorCode::kCorrupt,
                 "maxval is " + std::to_string(head->maxval) + ", not from 1 to 65535",
                 header.position()};
  }
  const Result<TupleType> type = tuple_type_of(*head);
  if (!type) return type.error();
  if (const Result<void> separated = header.separator(); !separated) return separated.error();

  const SampleLayout layout{.width = static_cast<int>(head->width),
                            .height = static_cast<int>(head->height),
                            .channels = type->channels,
                            .alpha = type->alpha,
                            .maxval = static_cast<int>(head->maxval)};
  const std::size_t size = layout.total_bytes();
  const ByteSpan samples = file.subspan(header.position());
  if (samples.size() < size) {
    return Error{ErrorCode::kTruncated,
                 "the file ends inside the samples: " + std::to_string(samples.size()) + " of " +
                     std::to_string(size) + " bytes",
                 file.size()};
  }
  return unpack_samples(layout,
                        {samples.begin(), samples.begin() + static_cast<std::ptrdiff_t>(size)});
}

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
