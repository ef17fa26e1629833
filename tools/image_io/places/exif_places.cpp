// Walks over the directories of a TIFF block, checks that what is to be erased belongs to nothing
// else, then erases it.
#include <algorithm>
#include <cstddef>
#include <iterator>

#include "tools/image_io/places/places.h"
#include "tools/image_io/tiff_reader.h"

namespace vaecomp {
namespace {

// TIFF 6.0 and EXIF 2.32.
constexpr std::uint32_t kTiffMark = 42;
constexpr std::uint32_t kGpsTag = 0x8825, kExifTag = 0x8769, kInteropTag = 0xA005;
constexpr std::uint32_t kSubDirectoriesTag = 0x014A;
constexpr std::uint32_t kCopies[] = {0x02BC, 0x83BB, 0x8649};  // XMP, IPTC, Photoshop resources
constexpr std::uint32_t kThumbnailTag = 0x0201, kThumbnailLengthTag = 0x0202;
constexpr int kTypeBytes[] = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8};
// Cameras write a few hundred entries.
constexpr std::size_t kMaxDirectories = 64, kMaxEntries = 4096, kHeaderBytes = 8, kInlineBytes = 4;

struct Range {
  std::uint64_t from = 0, to = 0;

  bool meets(const Range& other) const { return from < other.to && other.from < to; }
};

struct Entry {
  std::uint64_t at = 0;
  std::uint32_t tag = 0, count = 0, value = 0;
  std::uint64_t bytes = 0;  // of its values
};

struct Directory {
  std::uint64_t at = 0, end = 0;  // `end` is that of the entries, where the next one's offset is
  std::vector<Entry> entries;
};

class Editor {
 public:
  Editor(Bytes& block, const TiffReader& tiff) : block_(block), tiff_(tiff) {}

  bool edit() {
    if (tiff_.number(2, 2) != kTiffMark) return false;
    kept_.push_back({0, kHeaderBytes});
    if (!walk()) return false;
    for (const Range& range : erased_)
      for (const Range& kept : kept_)
        if (range.meets(kept)) return false;
    for (const Range& range : erased_)
      std::fill(block_.begin() + static_cast<std::ptrdiff_t>(range.from),
                block_.begin() + static_cast<std::ptrdiff_t>(range.to), 0);
    for (const Directory& directory : directories_) remove_entries(directory);
    return true;
  }

 private:
  static bool goes(const Entry& entry) {
    return entry.tag == kGpsTag ||
           std::find(std::begin(kCopies), std::end(kCopies), entry.tag) != std::end(kCopies);
  }

  bool open(std::uint64_t at, Directory& directory) const {
    const std::uint64_t count = tiff_.number(at, 2);
    directory.at = at;
    directory.end = at + 2 + count * kTiffEntryBytes;
    if (at < kHeaderBytes || directory.end > block_.size() || count > kMaxEntries) return false;
    for (std::uint64_t i = 0; i < count; ++i) {
      Entry entry{.at = at + 2 + i * kTiffEntryBytes};
      entry.tag = tiff_.number(entry.at, 2);
      entry.count = tiff_.number(entry.at + 4, 4);
      entry.value = tiff_.number(entry.at + 8, 4);
      const std::uint32_t type = tiff_.number(entry.at + 2, 2);
      entry.bytes =
          std::uint64_t{entry.count} * (type < std::size(kTypeBytes) ? kTypeBytes[type] : 0);
      directory.entries.push_back(entry);
    }
    return true;
  }

  // The part of the block where an entry's values are, if they are not in the entry.
  Range values_of(const Entry& entry) const {
    if (entry.bytes <= kInlineBytes || entry.value >= block_.size()) return {};
    return {entry.value, std::min<std::uint64_t>(entry.value + entry.bytes, block_.size())};
  }

  Range range_of(const Directory& directory) const {
    return {directory.at, std::min<std::uint64_t>(directory.end + 4, block_.size())};
  }

  // Finds all directories and decides what is kept and what is erased. False if one is malformed.
  bool walk() {
    std::vector<std::uint64_t> to_do{tiff_.number(4, 4)};
    while (!to_do.empty()) {
      const std::uint64_t at = to_do.back();
      to_do.pop_back();
      if (at == 0) continue;
      Directory directory;
      if (directories_.size() == kMaxDirectories || is_known(at) || !open(at, directory))
        return false;
      entries_ += directory.entries.size();
      if (entries_ > kMaxEntries) return false;
      to_do.push_back(tiff_.number(directory.end, 4));
      kept_.push_back(range_of(directory));
      std::uint32_t thumbnail = 0, thumbnail_bytes = 0;
      for (const Entry& entry : directory.entries) {
        if (entry.tag == kThumbnailTag) thumbnail = entry.value;
        if (entry.tag == kThumbnailLengthTag) thumbnail_bytes = entry.value;
        (goes(entry) ? erased_ : kept_).push_back(values_of(entry));
        if (entry.tag == kGpsTag) erase_directory(entry.value);
        if (entry.tag == kExifTag || entry.tag == kInteropTag) to_do.push_back(entry.value);
        if (entry.tag == kSubDirectoriesTag) add_sub_directories(entry, to_do);
      }
      kept_.push_back({thumbnail, std::uint64_t{thumbnail} + thumbnail_bytes});
      directories_.push_back(std::move(directory));
    }
    return true;
  }

  bool is_known(std::uint64_t at) const {
    return std::any_of(directories_.begin(), directories_.end(),
                       [at](const Directory& directory) { return directory.at == at; });
  }

  void add_sub_directories(const Entry& entry, std::vector<std::uint64_t>& to_do) const {
    if (entry.count == 1) to_do.push_back(entry.value);
    for (std::uint32_t i = 0;
         entry.count > 1 && i < std::min<std::size_t>(entry.count, kMaxDirectories); ++i)
      to_do.push_back(tiff_.number(entry.value + std::uint64_t{4} * i, 4));
  }

  // A directory whose offset leads nowhere cannot be read by anyone.
  void erase_directory(std::uint64_t at) {
    Directory directory;
    if (!open(at, directory)) return;
    erased_.push_back(range_of(directory));
    for (const Entry& entry : directory.entries) erased_.push_back(values_of(entry));
  }

  void store16(std::uint64_t at, std::size_t value) {
    block_[at + (tiff_.big_endian ? 0 : 1)] = static_cast<std::uint8_t>(value >> 8);
    block_[at + (tiff_.big_endian ? 1 : 0)] = static_cast<std::uint8_t>(value);
  }

  // Moves the entries that stay, and the offset of the next directory, together.
  void remove_entries(const Directory& directory) {
    const auto begin = block_.begin() + static_cast<std::ptrdiff_t>(directory.at);
    const auto end = block_.begin() + static_cast<std::ptrdiff_t>(range_of(directory).to);
    auto to = begin + 2;
    std::size_t left = 0;
    for (const Entry& entry : directory.entries) {
      if (goes(entry)) continue;
      const auto from = block_.begin() + static_cast<std::ptrdiff_t>(entry.at);
      to = std::copy(from, from + kTiffEntryBytes, to);
      ++left;
    }
    to = std::copy(block_.begin() + static_cast<std::ptrdiff_t>(directory.end), end, to);
    std::fill(to, end, 0);
    store16(directory.at, left);
  }

  Bytes& block_;
  const TiffReader tiff_;  // of block_, which keeps its place and size
  std::vector<Range> kept_, erased_;
  std::vector<Directory> directories_;
  std::size_t entries_ = 0;
};

}  // namespace

bool forget_exif_places(Bytes& exif) {
  const auto tiff = TiffReader::open(exif);
  return tiff && Editor(exif, *tiff).edit();
}

}  // namespace vaecomp
