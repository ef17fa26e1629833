// Metadata sections, compressed here or as they are. What is taken is written and read again.
#include "format/metadata.h"

#include "format/byte_writer.h"
#include "format/zstd_chunk.h"
#include "tests/fuzz/choices.h"
#include "tests/fuzz/repository.h"
#include "tests/fuzz/require.h"
#include "tests/fuzz/target.h"

namespace vaecomp::fuzz {
namespace {

constexpr int kKinds = 6;

Bytes packed(ByteSpan content) {
  ByteWriter writer;
  writer.varint(content.size());
  const Result<Bytes> frame = compress_chunk(content, 1);
  writer.bytes(frame ? ByteSpan(*frame) : ByteSpan());
  return writer.take();
}

void run(ByteSpan input) {
  Choices choices(input);
  std::vector<OwnedSection> owned;
  const bool raw = choices.flag();
  // Rising tags, each once, as a container has them.
  for (int tag = choices.below(kKinds); tag < kKinds && !choices.rest().empty();
       tag += 1 + choices.below(kKinds)) {
    const ByteSpan content = choices.bytes(choices.u16());
    owned.push_back({static_cast<std::uint8_t>(kTagIcc + tag),
                     raw ? Bytes(content.begin(), content.end()) : packed(content)});
  }
  Container container;
  container.max_metadata = 1 << 20;
  std::uint64_t offset = 0;
  for (const OwnedSection& section : owned) {
    container.sections.push_back({section.tag, offset, section.payload});
    offset += section.payload.size();
  }
  const Result<Metadata> metadata = read_metadata(container);
  // Offsets of what was wrong inside of a section's content may lie behind its packed bytes.
  if (!metadata) return require_sound(metadata.error(), std::size_t{1} << 20);
  require(metadata_size(*metadata) <= container.max_metadata, "metadata keep to the limit");
  const auto written = write_metadata(*metadata);
  require(written.has_value(), "metadata that were read can be written");
  Container again;
  again.max_metadata = container.max_metadata;
  for (const OwnedSection& section : *written)
    again.sections.push_back({section.tag, 0, section.payload});
  const Result<Metadata> back = read_metadata(again);
  require(back && *back == *metadata, "and come back");
}

std::vector<Bytes> seeds() {
  const Bytes text = seed_of({3, 'K', 'e', 'y', 2, 'd', 'e', 1, 'S', 2, 'a', 'b', 1, 'k', 0, 0, 0});
  const Bytes chunks = seed_of({'g', 'A', 'M', 'A', 4, 0, 1, 2, 3, 's', 'R', 'G', 'B', 1, 0});
  std::vector<Bytes> seeds;
  const auto length = [](const Bytes& content) { return static_cast<int>(content.size()); };
  seeds.push_back(seed_of({0, 3, length(text), 0}, text));
  seeds.push_back(seed_of({0, 4, length(chunks), 0}, chunks));
  seeds.push_back(
      seed_of({0, 0, 3, 0, 'I', 'C', 'C', 0, 3, 0, 'I', 'I', '*', 0, 3, 0, 'x', 'm', 'p'}));
  const Bytes frame = packed(text);
  seeds.push_back(seed_of({1, 3, length(frame), 0}, frame));
  return seeds;
}

}  // namespace

extern const Target kMetadata = {"metadata", run, seeds, nullptr, 3000};

}  // namespace vaecomp::fuzz
