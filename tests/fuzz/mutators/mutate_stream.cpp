// Reads a stream loosely, so that what is broken already can be changed further.
#include <algorithm>

#include "format/byte_reader.h"
#include "format/byte_writer.h"
#include "format/container.h"
#include "format/file_frame.h"
#include "format/metadata.h"
#include "format/zstd_chunk.h"
#include "tests/fuzz/mutators/mutators.h"
#include "tests/fuzz/mutators/parts.h"

namespace vaecomp::fuzz {
namespace {

struct LooseSection {
  std::uint8_t tag = 0;
  Bytes payload;
};

struct LooseStream {
  Bytes head;  // up to the first section
  std::vector<LooseSection> sections;
};

// What can be made out of it; the head alone if no more.
LooseStream parse(ByteSpan input) {
  LooseStream stream;
  const ByteSpan body = input.first(input.size() - std::min<std::size_t>(input.size(), 4));
  ByteReader reader(body);
  reader.bytes(6);  // magic, version, flags
  reader.varint();
  reader.varint();
  reader.bytes(5);  // quality, model
  const std::size_t head = reader.ok() ? static_cast<std::size_t>(reader.offset()) : body.size();
  stream.head.assign(body.begin(), body.begin() + static_cast<std::ptrdiff_t>(head));
  while (reader.remaining() > 0) {
    LooseSection section{reader.u8(), {}};
    const ByteSpan payload = reader.bytes(std::min(reader.varint(), reader.remaining()));
    section.payload.assign(payload.begin(), payload.end());
    stream.sections.push_back(std::move(section));
  }
  return stream;
}

Bytes written(const LooseStream& stream) {
  ByteWriter writer;
  writer.bytes(stream.head);
  for (const LooseSection& section : stream.sections) {
    writer.u8(section.tag);
    writer.varint(section.payload.size());
    writer.bytes(section.payload);
  }
  Bytes bytes = writer.take();
  close_frame(bytes);
  return bytes;
}

// Metadata of a modest size, unpacked; nothing for what cannot be.
Bytes unpacked(const LooseSection& section) {
  if (section.tag < kTagIcc || section.tag > kTagIptc) return {};
  ByteReader reader(section.payload);
  const std::uint64_t size = reader.varint();
  if (!reader.ok() || size > 1 << 16) return {};
  const Result<Bytes> content = decompress_chunk(reader.bytes(reader.remaining()), size);
  return content ? *content : Bytes();
}

Bytes packed(ByteSpan content) {
  ByteWriter writer;
  writer.varint(content.size());
  if (const Result<Bytes> frame = compress_chunk(content, 1)) writer.bytes(*frame);
  return writer.take();
}

void change_section(LooseSection& section, std::size_t room, test::Random& random,
                    MutateBytes mutate) {
  if (random.below(16) == 0) {
    constexpr std::uint8_t kTags[] = {1, 2, 3, 4, 5, 6, 0x81, 0x83, 0x84, 0x85, 0x86, 0x90};
    section.tag = kTags[random.below(12)];
    return;
  }
  const Bytes content = random.below(4) > 0 ? unpacked(section) : Bytes();
  section.payload = content.empty() ? changed(section.payload, room, mutate)
                                    : packed(changed(content, room, mutate));
}

}  // namespace

Bytes mutate_stream(ByteSpan input, std::size_t max_size, std::uint32_t seed, MutateBytes mutate) {
  test::Random random(seed);
  const std::size_t room = max_size > input.size() ? max_size - input.size() : 0;
  if (random.below(20) == 0) return changed(Bytes(input.begin(), input.end()), room, mutate);
  LooseStream stream = parse(input);
  const int what = random.below(10);
  if (what == 0 || stream.sections.empty()) {
    stream.head = changed(stream.head, 2, mutate);
  } else if (what == 1) {
    shuffle_parts(stream.sections, random);
  } else {
    const int count = static_cast<int>(stream.sections.size());
    change_section(stream.sections[static_cast<std::size_t>(random.below(count))], room / 2, random,
                   mutate);
  }
  return written(stream);
}

}  // namespace vaecomp::fuzz
