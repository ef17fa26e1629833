// Names and meanings of --strip.
#include "tools/vaecomp/picture/strip.h"

#include <algorithm>
#include <iterator>
#include <string_view>

#include "tools/image_io/colour_facts.h"
#include "tools/image_io/no_place.h"
#include "tools/image_io/orientation.h"
#include "tools/image_io/places/places.h"

namespace vaecomp {
namespace {

constexpr std::string_view kTimeChunk = "tIME";

void erase_chunks(Metadata& metadata, std::string_view type) {
  std::erase_if(metadata.display, [type](const PngChunk& chunk) { return chunk.type == type; });
}

void strip_all(Metadata& metadata, Remarks&) { metadata = {}; }
void strip_exif(Metadata& metadata, Remarks&) { metadata.exif.clear(); }
void strip_xmp(Metadata& metadata, Remarks&) { metadata.xmp.clear(); }
void strip_text(Metadata& metadata, Remarks&) { metadata.text.clear(); }
void strip_iptc(Metadata& metadata, Remarks&) { metadata.iptc.clear(); }
void strip_density(Metadata& metadata, Remarks&) { erase_chunks(metadata, kDensityChunk); }

void strip_icc(Metadata& metadata, Remarks&) {
  metadata.icc.clear();
  std::erase_if(metadata.display, is_about_colours);
}

void strip_gps(Metadata& metadata, Remarks& remarks) {
  for (const std::string& kind : forget_places(metadata))
    remarks.push_back({RemarkKind::kLeftOut,
                       "the " + kind + " is left out whole: places cannot be told from the rest"});
}

void strip_private(Metadata& metadata, Remarks&) {
  metadata.exif.clear();
  metadata.xmp.clear();
  metadata.text.clear();
  metadata.iptc.clear();
  erase_chunks(metadata, kTimeChunk);
}

struct Kind {
  std::string_view name;
  void (*strip)(Metadata&, Remarks&);
};

constexpr Kind kKinds[] = {
    {"all", strip_all}, {"exif", strip_exif},       {"icc", strip_icc},
    {"xmp", strip_xmp}, {"text", strip_text},       {"iptc", strip_iptc},
    {"gps", strip_gps}, {"density", strip_density}, {"private", strip_private}};

std::string all_names(const char* separator) {
  std::string names;
  for (const Kind& kind : kKinds)
    names += (names.empty() ? "" : separator) + std::string(kind.name);
  return names;
}

const Kind* find_kind(std::string_view name) {
  const auto* found = std::find_if(std::begin(kKinds), std::end(kKinds),
                                   [name](const Kind& kind) { return kind.name == name; });
  return found == std::end(kKinds) ? nullptr : found;
}

// The names between commas, empty ones too.
std::vector<std::string_view> split(std::string_view list) {
  std::vector<std::string_view> names;
  for (std::size_t comma = 0; comma != list.npos;
       list.remove_prefix(std::min(comma + 1, list.size()))) {
    comma = list.find(',');
    names.push_back(list.substr(0, comma));
  }
  return names;
}

// Empty if every name is that of a kind.
std::string check_list(std::string& list) {
  for (const std::string_view name : split(list)) {
    if (find_kind(name) == nullptr)
      return (name.empty() ? "a name is missing" : "there is no kind '" + std::string(name) + "'") +
             ": name one or more of " + all_names(", ") + ", joined by commas";
  }
  return {};
}

}  // namespace

void add_strip_option(CLI::App& command, std::vector<std::string>& kinds) {
  command
      .add_option(
          "--strip", kinds,
          "Leave out metadata: exif, icc (and other facts on colours), xmp, text, iptc, "
          "density; gps: places only, wherever they are; private: exif, xmp, text, iptc and "
          "times; or all; by default all is kept")
      ->check(CLI::Validator(check_list, "{" + all_names(",") + "}"))
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->type_name("KIND,...");
}

void strip(Metadata& metadata, const std::vector<std::string>& kinds, Remarks& remarks) {
  const bool needs_turning = exif_orientation(metadata.exif) != 1;
  for (const std::string& list : kinds)
    for (const std::string_view name : split(list))
      if (const Kind* kind = find_kind(name)) kind->strip(metadata, remarks);
  if (needs_turning && exif_orientation(metadata.exif) == 1)
    remarks.push_back({RemarkKind::kColour,
                       "its EXIF says that it lies on its side or upside down; --strip takes that "
                       "away and --no-auto-orient leaves the pixels so"});
}

}  // namespace vaecomp
