// P1 to P6 have numbers in a fixed order, P7 has lines of words.
#include "tools/image_io/pnm_head.h"

#include <string>
#include <string_view>
#include <utility>

#include "tools/image_io/picture_size.h"
#include "tools/image_io/pnm_tokens.h"

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
struct Fields {
  std::uint64_t width = 0, height = 0, depth = 0, maxval = 0;
  std::string tuple_type;
};

Result<Fields> read_numbers(PnmTokens& tokens, char kind) {
  Fields fields;
  const bool bitmap = kind == '1' || kind == '4';
  fields.depth = kind == '3' || kind == '6' ? 3 : 1;
  fields.maxval = 255;
  const std::pair<std::string_view, std::uint64_t*> numbers[] = {
      {"width", &fields.width}, {"height", &fields.height}, {"maxval", &fields.maxval}};
  for (const auto& [what, to] : numbers) {
    if (bitmap && to == &fields.maxval) continue;
    const Result<std::uint64_t> number = tokens.number(what);
    if (!number) return number.error();
    *to = *number;
  }
  return fields;
}

Result<Fields> read_words(PnmTokens& tokens) {
  Fields fields;
  const std::pair<std::string_view, std::uint64_t*> numbers[] = {{"WIDTH", &fields.width},
                                                                 {"HEIGHT", &fields.height},
                                                                 {"DEPTH", &fields.depth},
                                                                 {"MAXVAL", &fields.maxval}};
  while (true) {
    const std::size_t start = tokens.position();
    Result<std::string> word = tokens.word();
    if (!word) return word.error();
    if (*word == "ENDHDR") return fields;
    if (*word == "TUPLTYPE") {
      Result<std::string> type = tokens.word();
      if (!type) return type.error();
      fields.tuple_type = *std::move(type);
      continue;
    }
    bool known = false;
    for (const auto& [name, to] : numbers) {
      if (*word != name) continue;
      const Result<std::uint64_t> number = tokens.number(name);
      if (!number) return number.error();
      *to = *number;
      known = true;
    }
    if (!known) return Error{ErrorCode::kCorrupt, "the header has an unknown line", start};
  }
}

// Channels and alpha of a PAM: by its tuple type, or if it names none by its depth.
Result<TupleType> tuple_type_of(const Fields& fields, std::size_t start) {
  for (const TupleType& type : kTupleTypes) {
    const bool fits =
        fields.depth == static_cast<std::uint64_t>(type.channels + (type.alpha ? 1 : 0));
    if (fits && (fields.tuple_type.empty() || fields.tuple_type == type.name)) return type;
  }
  return Error{ErrorCode::kUnsupportedFeature,
               "PAM of tuple type " + (fields.tuple_type.empty() ? "none" : fields.tuple_type) +
                   " with depth " + std::to_string(fields.depth) +
                   ": only GRAYSCALE and RGB, with or without _ALPHA, are read",
               start};
}

}  // namespace

std::size_t PnmHead::binary_bytes() const {
  if (!is_bitmap()) return layout.total_bytes();
  return (static_cast<std::size_t>(layout.width) + 7) / 8 * layout.height;
}

Result<PnmHead> read_pnm_head(ByteSpan file, std::size_t start, const Limits& limits) {
  if (file.size() < start + 2)
    return Error{ErrorCode::kTruncated, "the file ends inside the header", file.size()};
  PnmHead head{.kind = static_cast<char>(file[start + 1])};
  if (file[start] != 'P' || head.kind < '1' || head.kind > '7')
    return Error{ErrorCode::kUnsupportedFeature, "a kind of PNM that is not known", start};
  PnmTokens tokens(file, start + 2);
  const Result<Fields> fields =
      head.kind == '7' ? read_words(tokens) : read_numbers(tokens, head.kind);
  if (!fields) return fields.error();
  if (auto error = check_picture_size(fields->width, fields->height, limits, start + 2)) {
    return *std::move(error);
  }
  if (fields->maxval == 0 || fields->maxval > kMaxMaxval) {
    return Error{ErrorCode::kCorrupt,
                 "maxval is " + std::to_string(fields->maxval) + ", not from 1 to 65535",
                 tokens.position()};
  }
  const Result<TupleType> type = tuple_type_of(*fields, start);
  if (!type) return type.error();
  if (const Result<void> separated = tokens.separator(); !separated) return separated.error();
  head.samples = tokens.position();
  head.layout = {.width = static_cast<int>(fields->width),
                 .height = static_cast<int>(fields->height),
                 .channels = type->channels,
                 .alpha = type->alpha,
                 .maxval = static_cast<int>(fields->maxval)};
  return head;
}

}  // namespace vaecomp
