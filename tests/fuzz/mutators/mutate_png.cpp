// Chunks are read as far as their lengths hold.
#include <string>

#include "tests/fuzz/mutators/mutators.h"
#include "tests/fuzz/mutators/parts.h"
#include "tests/unit/image_io/make_png.h"
#include "tools/image_io/inflate.h"

namespace vaecomp::fuzz {
namespace {

constexpr std::size_t kSignatureBytes = 8, kChunkFrame = 12;

struct Chunk {
  std::string type;
  Bytes content;
};

std::uint32_t load_be(const std::uint8_t* from) {
  return std::uint32_t{from[0]} << 24 | from[1] << 16 | from[2] << 8 | from[3];
}

std::vector<Chunk> parse(ByteSpan file) {
  std::vector<Chunk> chunks;
  for (std::size_t at = kSignatureBytes; at + kChunkFrame <= file.size();) {
    const std::size_t length =
        std::min<std::size_t>(load_be(file.data() + at), file.size() - at - kChunkFrame);
    const ByteSpan content = file.subspan(at + 8, length);
    chunks.push_back({std::string(file.begin() + static_cast<std::ptrdiff_t>(at) + 4,
                                  file.begin() + static_cast<std::ptrdiff_t>(at) + 8),
                      Bytes(content.begin(), content.end())});
    at += length + kChunkFrame;
  }
  return chunks;
}

void change_chunk(Chunk& chunk, std::size_t room, test::Random& random, MutateBytes mutate) {
  if (random.below(16) == 0) {
    constexpr const char* kTypes[] = {"IDAT", "PLTE", "tRNS", "iCCP", "tEXt", "zTXt", "iTXt",
                                      "eXIf", "gAMA", "cHRM", "sRGB", "cICP", "sBIT", "bKGD",
                                      "pHYs", "tIME", "hIST", "sPLT", "acTL", "mDCV", "cLLI"};
    chunk.type = kTypes[random.below(static_cast<int>(std::size(kTypes)))];
    return;
  }
  if (chunk.type == "IDAT" && random.below(4) > 0) {
    if (const Result<Bytes> rows = inflated(chunk.content, 1 << 18)) {
      chunk.content = test::zlib_stored(changed(*rows, room, mutate));
      return;
    }
  }
  chunk.content = changed(chunk.content, room, mutate);
}

}  // namespace

Bytes mutate_png(ByteSpan input, std::size_t max_size, std::uint32_t seed, MutateBytes mutate) {
  test::Random random(seed);
  const std::size_t room = max_size > input.size() ? max_size - input.size() : 0;
  std::vector<Chunk> chunks = parse(input);
  if (chunks.empty() || random.below(20) == 0)
    return changed(Bytes(input.begin(), input.end()), room, mutate);
  if (random.below(8) == 0) {
    shuffle_parts(chunks, random);
  } else {
    const int count = static_cast<int>(chunks.size());
    change_chunk(chunks[static_cast<std::size_t>(random.below(count))], room / 2, random, mutate);
  }
  Bytes file(input.begin(), input.begin() + kSignatureBytes);
  for (const Chunk& chunk : chunks) test::put_chunk(file, chunk.type, chunk.content);
  return file;
}

}  // namespace vaecomp::fuzz
