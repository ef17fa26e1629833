// Each from its section.
#include "codec/decoder/side_sections.h"

#include <utility>

#include "codec/decoder/dec_lossless.h"

namespace vaecomp {

Result<SideSections> read_side_sections(const Container& container, ThreadPool& pool) {
  Result<Metadata> metadata = read_metadata(container);
  if (!metadata) return metadata.error();
  const Result<ColourTurn> turn = read_colour_turn(container);
  if (!turn) return turn.error();
  const Result<PixelFilter> filter = read_pixel_filter(container);
  if (!filter) return filter.error();
  SideSections side{*std::move(metadata), std::nullopt, std::nullopt, *turn, *filter};
  if (const Section* section = container.find(kTagAlpha)) {
    const Progress silent;
    Result<ExactRows> alpha =
        open_planes(*section, 0, container.header, 1, nullptr, pool, StageProgress(silent));
    if (!alpha) {
      Error error = alpha.error();
      error.text = "alpha: " + error.text;
      return error;
    }
    side.alpha = *std::move(alpha);
  }
  if (const Section* section = container.find(kTagPatches)) {
    Result<Patches> patches = Patches::open(*section, container.header, pool);
    if (!patches) return patches.error();
    side.patches = *std::move(patches);
  }
  return side;
}

}  // namespace vaecomp
