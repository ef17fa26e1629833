// The sections beside latents, without a container around them: alpha, patches, colours, filter.
#include <algorithm>

#include "codec/decoder/side_sections.h"
#include "tests/fuzz/choices.h"
#include "tests/fuzz/repository.h"
#include "tests/fuzz/require.h"
#include "tests/fuzz/target.h"

namespace vaecomp::fuzz {
namespace {

constexpr std::uint8_t kTags[] = {kTagAlpha, kTagPatches, kTagColours, kTagFilter};
constexpr std::uint8_t kFlags[] = {0, kFlagGrey, kFlagGrey | kFlagNeutral, kFlag16Bits,
                                   kFlag16Bits | kFlagGrey};

// What the readers gave must be what the writers take.
void check_again(const SideSections& side, const Container& container) {
  if (container.find(kTagColours) != nullptr)
    require(side.turn.is_bounded(), "colours keep their bound (VC-54)");
  if (container.find(kTagFilter) == nullptr) return;
  require(side.filter.is_bounded() && side.filter.classes > 0, "a filter keeps its bound (VC-56)");
  Container written;
  written.header = container.header;
  const Bytes payload = write_pixel_filter(side.filter);
  written.sections.push_back({kTagFilter, 0, payload});
  const Result<PixelFilter> again = read_pixel_filter(written);
  require(again && *again == side.filter, "a filter that was read can be written");
}

void lay_patches(const Patches& patches, const StreamHeader& header) {
  const std::size_t row = std::size_t{header.width} * header.channels();
  std::vector<std::uint8_t> narrow(row);
  std::vector<std::uint16_t> wide(row);
  for (int y = 0; y < static_cast<int>(header.height); ++y)
    header.is_16_bit() ? patches.lay_over(y, wide.data()) : patches.lay_over(y, narrow.data());
}

void run(ByteSpan input) {
  Choices choices(input);
  Container container;
  StreamHeader& header = container.header;
  header.width = static_cast<std::uint32_t>(1 + choices.below(100));
  header.height = static_cast<std::uint32_t>(1 + choices.below(100));
  header.flags = kFlags[choices.below(std::size(kFlags))];
  std::uint64_t offset = 0;
  const std::uint32_t which = choices.byte();
  for (int i = 0; i < 4; ++i) {
    if ((which >> i & 1) == 0) continue;
    const bool last = which >> (i + 1) == 0;
    const ByteSpan payload = last ? choices.rest() : choices.bytes(choices.u16());
    container.sections.push_back({kTags[i], offset, payload});
    offset += payload.size();
    if (last) break;
  }
  ThreadPool pool(1);
  const Result<SideSections> side = read_side_sections(container, pool);
  if (!side) return require_sound(side.error(), static_cast<std::size_t>(offset));
  check_again(*side, container);
  if (side->patches) lay_patches(*side->patches, header);
}

// Each section of a good vector, alone.
std::vector<Bytes> seeds() {
  std::vector<Bytes> seeds;
  for (const Bytes& stream : vectors_of("stream")) {
    const Result<Container> container = read_container(stream);
    if (!container || container->header.width > 100 || container->header.height > 100) continue;
    const StreamHeader& header = container->header;
    const auto* flags = std::find(std::begin(kFlags), std::end(kFlags),
                                  header.flags & (kFlagGrey | kFlag16Bits | kFlagNeutral));
    if (flags == std::end(kFlags)) continue;
    for (int i = 0; i < 4; ++i) {
      const Section* section = container->find(kTags[i]);
      if (section == nullptr) continue;
      seeds.push_back(
          seed_of({static_cast<int>(header.width) - 1, static_cast<int>(header.height) - 1,
                   static_cast<int>(flags - kFlags), 1 << i},
                  section->payload));
    }
  }
  return seeds;
}

}  // namespace

extern const Target kSections = {"sections", run, seeds, nullptr, 3000};

}  // namespace vaecomp::fuzz
