// Unpacks, changes, packs.
#include "format/byte_writer.h"
#include "format/crc32c.h"
#include "format/file_frame.h"
#include "format/model_file.h"
#include "format/zstd_chunk.h"
#include "tests/fuzz/mutators/mutators.h"
#include "tests/fuzz/mutators/parts.h"

namespace vaecomp::fuzz {
namespace {

constexpr std::size_t kHeadBytes = 13;  // magic, version, size, id

Bytes unpacked(ByteSpan file) {
  if (file.size() < kHeadBytes + kChecksumBytes) return {};
  const auto size = load_le<std::uint32_t>(file.data() + 5);
  if (size > 1 << 20) return {};
  const Result<Bytes> payload =
      decompress_chunk(file.subspan(kHeadBytes, file.size() - kHeadBytes - kChecksumBytes), size);
  return payload ? *payload : Bytes();
}

}  // namespace

Bytes mutate_model(ByteSpan input, std::size_t max_size, std::uint32_t seed, MutateBytes mutate) {
  test::Random random(seed);
  const std::size_t room = max_size > input.size() ? max_size - input.size() : 0;
  const Bytes payload = unpacked(input);
  if (payload.empty() || random.below(20) == 0)
    return changed(Bytes(input.begin(), input.end()), room, mutate);
  // The layers are the last of a model and a small part of it: half of the changes are there.
  const std::size_t tail = random.below(2) == 0 ? payload.size() : std::size_t{3000};
  const std::size_t kept = payload.size() - std::min(tail, payload.size());
  const auto middle = payload.begin() + static_cast<std::ptrdiff_t>(kept);
  Bytes changed_payload(payload.begin(), middle);
  const Bytes end = changed(Bytes(middle, payload.end()), room / 2, mutate);
  changed_payload.insert(changed_payload.end(), end.begin(), end.end());

  const Result<Bytes> frame = compress_chunk(changed_payload, 1);
  if (!frame) return {};
  ByteWriter writer;
  writer.bytes(kModelMagic);
  writer.u8(kModelVersion);
  writer.u32(static_cast<std::uint32_t>(changed_payload.size()));
  writer.u32(crc32c(changed_payload));
  writer.bytes(*frame);
  Bytes file = writer.take();
  close_frame(file);
  return file;
}

}  // namespace vaecomp::fuzz
