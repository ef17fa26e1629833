// Headers by the letter of the formats; checksums from zlib.
#include "tools/vaecomp/study/npy.h"

#include <zlib.h>

#include <bit>
#include <string_view>

#include "format/byte_writer.h"

namespace vaecomp {
namespace {

constexpr std::size_t kHeadMultiple = 64;  // of a .npy file's head, so that the data are aligned
constexpr std::uint64_t kMaxZip = 0xFFFFFFFF;
constexpr std::uint16_t kZipVersion = 20;    // 2.0: stored entries
constexpr std::uint16_t kDosDate = 0x0021;   // 1980-01-01, the first there is: files repeat
constexpr std::size_t kEntryHeadBytes = 30;  // without the name

struct Entry {
  std::string name;
  std::uint32_t crc = 0, size = 0, offset = 0;
};

// The fields that an entry's head and its line in the directory share.
void put_entry_fields(ByteWriter& out, const Entry& entry) {
  out.u16(kZipVersion);
  out.u16(0);  // flags
  out.u16(0);  // stored
  out.u16(0);  // time
  out.u16(kDosDate);
  out.u32(entry.crc);
  out.u32(entry.size);
  out.u32(entry.size);
  out.u16(static_cast<std::uint16_t>(entry.name.size()));
  out.u16(0);  // extra field
}

std::uint32_t crc_of(const Bytes& bytes) {
  return static_cast<std::uint32_t>(crc32_z(crc32_z(0, nullptr, 0), bytes.data(), bytes.size()));
}

}  // namespace

Bytes write_npy(const NamedArray& array) {
  std::string shape;
  for (const std::uint64_t side : array.shape) shape += std::to_string(side) + ", ";
  std::string head = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + shape + "), }";
  constexpr std::string_view kMagic("\x93NUMPY\x01\x00", 8);
  const std::size_t used = kMagic.size() + 2 + head.size() + 1;
  head.append((kHeadMultiple - used % kHeadMultiple) % kHeadMultiple, ' ');
  head += '\n';

  ByteWriter out;
  out.text(kMagic);
  out.u16(static_cast<std::uint16_t>(head.size()));
  out.text(head);
  Bytes bytes = out.take();
  bytes.reserve(bytes.size() + 4 * array.values.size());
  for (const float value : array.values) append_le(bytes, std::bit_cast<std::uint32_t>(value));
  return bytes;
}

Result<Bytes> write_npz(const std::vector<NamedArray>& arrays) {
  ByteWriter out;
  std::vector<Entry> entries;
  for (const NamedArray& array : arrays) {
    const Bytes file = write_npy(array);
    Entry entry{.name = array.name + ".npy", .crc = crc_of(file)};
    const std::uint64_t offset = out.data().size();
    if (offset + kEntryHeadBytes + entry.name.size() + file.size() > kMaxZip) {
      return Error{ErrorCode::kLimit, "the arrays are larger than the 4 GiB of a .npz: use .npy"};
    }
    entry.size = static_cast<std::uint32_t>(file.size());
    entry.offset = static_cast<std::uint32_t>(offset);
    out.u32(0x04034B50);
    put_entry_fields(out, entry);
    out.text(entry.name);
    out.bytes(file);
    entries.push_back(std::move(entry));
  }
  const std::uint64_t directory = out.data().size();
  for (const Entry& entry : entries) {
    out.u32(0x02014B50);
    out.u16(kZipVersion);
    put_entry_fields(out, entry);
    out.u16(0);  // comment
    out.u16(0);  // disk
    out.u16(0);  // internal attributes
    out.u32(0);  // external attributes
    out.u32(entry.offset);
    out.text(entry.name);
  }
  const std::uint64_t size = out.data().size() - directory;
  if (directory + size > kMaxZip) {
    return Error{ErrorCode::kLimit, "the arrays are larger than the 4 GiB of a .npz: use .npy"};
  }
  out.u32(0x06054B50);
  out.u16(0);  // this disk
  out.u16(0);  // the directory's disk
  out.u16(static_cast<std::uint16_t>(entries.size()));
  out.u16(static_cast<std::uint16_t>(entries.size()));
  out.u32(static_cast<std::uint32_t>(size));
  out.u32(static_cast<std::uint32_t>(directory));
  out.u16(0);  // comment
  return out.take();
}

}  // namespace vaecomp
