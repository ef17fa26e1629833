// Names and meanings of --strip.
#include "tools/vaecomp/picture/strip.h"

namespace vaecomp {
namespace {

// PNG's other chunk on display, the pixels' physical size, has nothing to do with colour.
bool is_about_colour(const PngChunk& chunk) { return chunk.type != "pHYs"; }

}  // namespace

void add_strip_option(CLI::App& command, std::vector<std::string>& kinds) {
  command
      .add_option("--strip", kinds,
                  "Leave out metadata: all, exif (with the orientation), icc (and other facts on "
                  "colour), xmp or text; by default all is kept")
      ->check(CLI::IsMember({"all", "exif", "icc", "xmp", "text"}))
      ->delimiter(',')
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->type_name("KIND,...");
}

void strip(Metadata& metadata, const std::vector<std::string>& kinds) {
  for (const std::string& kind : kinds) {
    if (kind == "all") metadata = {};
    if (kind == "exif") metadata.exif.clear();
    if (kind == "xmp") metadata.xmp.clear();
    if (kind == "text") metadata.text.clear();
    if (kind == "icc") {
      metadata.icc.clear();
      std::erase_if(metadata.display, is_about_colour);
    }
  }
}

}  // namespace vaecomp
