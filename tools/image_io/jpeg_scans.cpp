// Segment by segment: tables are kept, scans are read block by block.
#include "tools/image_io/jpeg_scans.h"

#include <algorithm>
#include <array>
#include <new>
#include <string>
#include <vector>

#include "format/out_of_memory.h"
#include "tools/image_io/big_endian.h"
#include "tools/image_io/jpeg_blocks.h"
#include "tools/image_io/jpeg_tables.h"
#include "tools/image_io/jpeg_walk.h"

namespace vaecomp {
namespace {

constexpr int kMaxComponents = 4, kMaxFactor = 4;
// Small files can ask for very many passes over many blocks, some of them without a bit of their
// own. Blocks that may be visited: so many times all there are, which every useful sequence of
// scans stays below, and so many more for each byte of the file.
constexpr std::uint64_t kFreeVisits = 16, kVisitsPerByte = 16;
// The same of files that only libjpeg can read, for which a visit costs much more.
constexpr std::uint64_t kFreeUncheckedVisits = 1 << 18, kUncheckedVisitsPerByte = 2;
// Bytes after the last code that are taken for an encoder's odd way to end.
constexpr std::size_t kStrayBytes = 2;

struct Component {
  int id = 0, across = 1, down = 1;  // sampling factors
  int quantiser = 0;
  int blocks_wide = 0, blocks_high = 0;     // that hold samples of the picture
  int stride = 0;                           // blocks in a row, whole MCUs
  std::vector<std::uint64_t> nonzero = {};  // [rows of whole MCUs so far][stride], progressive only
  std::array<int, 64> low = {};             // bits that are not known yet; -1: no scan so far

  // Sees to it that rows [0, end) of blocks are there, so that those that a file only promises take
  // no memory.
  void reach(int end) {
    const std::size_t size = static_cast<std::size_t>(stride) * end;
    if (nonzero.size() < size) nonzero.resize(size);
  }

  bool complete(bool progressive) const {
    if (!progressive) return low[0] == 0;
    return std::all_of(low.begin(), low.end(), [](int bits) { return bits == 0; });
  }
};

int divided(int a, int b) { return (a + b - 1) / b; }

class Checker {
 public:
  Checker(ByteSpan file, std::uint32_t width, std::uint32_t height, int max_scans, Damage& damage)
      : file_(file), width_(width), height_(height), max_scans_(max_scans), damage_(damage) {}

  Result<JpegScans> run() {
    JpegWalk walk(file_);
    found_.checked = true;
    while (found_.checked && !found_.fault) {
      const std::optional<JpegSegment> segment = walk.next();
      if (!segment) break;
      if (segment->marker == jpeg_marker::kSos && ++scans_ > max_scans_) {
        return Error{ErrorCode::kLimit, "more than " + std::to_string(max_scans_) + " scans",
                     segment->offset};
      }
      take(*segment);
      if (found_.checked && visits_ > most_visits()) return too_costly(segment->offset);
    }
    // What a tolerant reader goes on with.
    while (found_.fault) {
      const std::optional<JpegSegment> segment = walk.next();
      if (!segment) break;
      if (segment->marker == jpeg_marker::kSos) visits_ += all_blocks();
    }
    if (visits_ > most_visits()) return too_costly(kNoOffset);
    if (!found_.checked && !is_plausible()) return too_costly(kNoOffset);
    if (found_.checked && !found_.fault) finish(walk);
    return found_;
  }

 private:
  std::uint64_t all_blocks() const {
    std::uint64_t blocks = 0;
    for (const Component& component : components_)
      blocks += std::uint64_t{1} * component.blocks_wide * component.blocks_high;
    return blocks;
  }

  std::uint64_t most_visits() const {
    return kFreeVisits * all_blocks() + kVisitsPerByte * file_.size();
  }

  // Whether what is not checked here can be read without much ado.
  bool is_plausible() const {
    const std::uint64_t blocks = (std::uint64_t{width_} + 7) / 8 * ((height_ + 7) / 8) * 3;
    std::uint64_t scans = 0;
    JpegWalk walk(file_);
    while (const std::optional<JpegSegment> segment = walk.next())
      scans += segment->marker == jpeg_marker::kSos;
    return scans * blocks <= kFreeUncheckedVisits + kUncheckedVisitsPerByte * file_.size();
  }

  Error too_costly(std::uint64_t offset) const {
    return {ErrorCode::kLimit,
            "scans over " + std::to_string(width_) + " x " + std::to_string(height_) +
                " pixels in a file of " + std::to_string(file_.size()) + " bytes",
            offset};
  }

  // Whatever is malformed in tables and headers is left to libjpeg, which refuses it.
  void take(const JpegSegment& segment) {
    switch (segment.marker) {
      case jpeg_marker::kDht:
        return take_codes(segment.content);
      case jpeg_marker::kDqt:
        return take_quantisers(segment.content);
      case jpeg_marker::kDri:
        if (segment.content.size() >= 2)
          interval_ = static_cast<int>(load_be16(segment.content, 0));
        return;
      case jpeg_marker::kSos:
        return take_scan(segment);
      default:
        // SOF0 to SOF15 but DHT, JPG and DAC.
        if (segment.marker >= 0xC0 && segment.marker <= 0xCF && segment.marker != 0xC8 &&
            segment.marker != jpeg_marker::kDac)
          take_frame(segment);
    }
  }

  void take_codes(ByteSpan content) {
    while (!content.empty()) {
      const std::uint8_t which = content[0];
      content = content.subspan(1);
      if ((which & 0x0F) > 3 || which > 0x1F || !codes_[which >> 4][which & 3].read(content)) {
        found_.checked = false;
        return;
      }
    }
  }

  // Those that libjpeg takes where the file has none.
  void take_standard_codes() {
    const Bytes tables = standard_huffman_tables();
    ByteSpan content = tables;
    while (!content.empty()) {
      const std::uint8_t which = content[0];
      content = content.subspan(1);
      HuffmanTable table;
      if (!table.read(content)) return;
      HuffmanTable& to = codes_[which >> 4][which & 3];
      if (!to.defined()) to = table;
    }
  }

  void take_quantisers(ByteSpan content) {
    while (!content.empty()) {
      const int bytes = content[0] >> 4 != 0 ? 2 : 1;
      auto& steps = steps_[content[0] & 3];
      content = content.subspan(1);
      if (content.size() < 64u * bytes) return;
      for (int k = 0; k < 64; ++k)
        steps[k] = static_cast<std::uint16_t>(bytes == 2 ? load_be16(content, 2 * k) : content[k]);
      content = content.subspan(64 * bytes);
    }
  }

  void take_frame(const JpegSegment& segment) {
    const ByteSpan content = segment.content;
    const bool known = segment.marker <= 0xC2 && components_.empty() && content.size() >= 6 &&
                       content[0] == 8 && load_be16(content, 1) == height_ &&
                       load_be16(content, 3) == width_ && content[5] >= 1 &&
                       content[5] <= kMaxComponents && content.size() >= 6u + 3u * content[5];
    found_.checked = known;
    if (!known) return;
    progressive_ = segment.marker == 0xC2;
    for (int c = 0; c < content[5]; ++c) {
      Component component;
      component.id = content[6 + 3 * c];
      component.across = content[7 + 3 * c] >> 4;
      component.down = content[7 + 3 * c] & 15;
      component.quantiser = content[8 + 3 * c] & 3;
      component.low.fill(-1);
      if (component.across < 1 || component.across > kMaxFactor || component.down < 1 ||
          component.down > kMaxFactor) {
        found_.checked = false;
        return;
      }
      most_across_ = std::max(most_across_, component.across);
      most_down_ = std::max(most_down_, component.down);
      components_.push_back(component);
    }
    const int width = static_cast<int>(width_), height = static_cast<int>(height_);
    mcus_wide_ = divided(width, 8 * most_across_);
    mcus_high_ = divided(height, 8 * most_down_);
    for (Component& component : components_) {
      component.blocks_wide = divided(divided(width * component.across, most_across_), 8);
      component.blocks_high = divided(divided(height * component.down, most_down_), 8);
      component.stride = mcus_wide_ * component.across;
      if (progressive_)
        component.nonzero.reserve(static_cast<std::size_t>(component.stride) * mcus_high_ *
                                  component.down);
    }
  }

  // The components of a scan, in order, with their tables; empty if something is malformed.
  std::vector<std::pair<Component*, ScanComponent>> scan_components(ByteSpan head, ScanBand& band) {
    std::vector<std::pair<Component*, ScanComponent>> parts;
    if (head.empty() || head[0] < 1 || head[0] > kMaxComponents || head.size() < 4u + 2u * head[0])
      return {};
    const ByteSpan tail = head.subspan(1 + 2 * head[0], 3);
    if (progressive_) {
      band = {.progressive = true,
              .first = tail[0],
              .last = tail[1],
              .high = tail[2] >> 4,
              .low = tail[2] & 15};
      if (band.first > band.last || band.last > 63 || band.low > 13 ||
          (band.first == 0) != (band.last == 0) || (band.first > 0 && head[0] > 1))
        return {};
    }
    for (int i = 0; i < head[0]; ++i) {
      const int id = head[1 + 2 * i], tables = head[2 + 2 * i];
      const auto component = std::find_if(components_.begin(), components_.end(),
                                          [id](const Component& c) { return c.id == id; });
      if (component == components_.end()) return {};
      const ScanComponent part{.dc = &codes_[0][tables >> 4 & 3],
                               .ac = &codes_[1][tables & 3],
                               .steps = &steps_[component->quantiser]};
      const bool needs_dc = band.first == 0 && band.high == 0, needs_ac = band.last > 0;
      if ((needs_dc && !part.dc->defined()) || (needs_ac && !part.ac->defined()))
        tables_missing_ = true;
      parts.emplace_back(&*component, part);
    }
    return parts;
  }

  void take_scan(const JpegSegment& segment) {
    ScanBand band;
    auto parts = scan_components(segment.content, band);
    if (tables_missing_ && !progressive_ && scans_ == 1) {
      take_standard_codes();
      tables_missing_ = false;
      parts = scan_components(segment.content, band);
    }
    if (tables_missing_)
      return fault(ErrorCode::kCorrupt, "a Huffman table is missing", segment.offset, 0);
    if (parts.empty()) {
      found_.checked = false;
      return;
    }
    // Blocks of a scan of one component are counted without those that fill up MCUs.
    const bool alone = parts.size() == 1;
    const Component& first = *parts.front().first;
    const int wide = alone ? first.blocks_wide : mcus_wide_;
    const int high = alone ? first.blocks_high : mcus_high_;
    row_height_ = 8 * (alone ? most_down_ / first.down : most_down_);
    for (const auto& [component, part] : parts)
      visits_ += std::uint64_t{1} * component->blocks_wide * component->blocks_high;

    ScanBits bits(segment.scan);
    BlockReader reader(band);
    const std::size_t start = static_cast<std::size_t>(segment.scan.data() - file_.data());
    int left = interval_, restarts = 0;
    for (int y = 0; y < high; ++y) {
      if (progressive_)
        for (auto& [component, part] : parts)
          component->reach(alone ? y + 1 : (y + 1) * component->down);
      for (int x = 0; x < wide; ++x) {
        if (interval_ > 0 && left == 0) {
          if (!end_interval(bits, reader, start, y)) return;
          if (bits.take_restart() != restarts)
            return fault(ErrorCode::kCorrupt, "a restart marker is missing or out of order",
                         start + bits.position(), y);
          restarts = (restarts + 1) % 8;
          left = interval_;
          for (auto& part : parts) part.second.dc_value = 0;
        }
        --left;
        for (auto& [component, part] : parts) {
          const char* wrong = read_blocks(bits, reader, *component, part, alone, x, y);
          if (bits.dry()) return ended_early(segment, start + bits.position(), y);
          if (wrong != nullptr)
            return fault(ErrorCode::kCorrupt, wrong, start + bits.position(), y);
        }
        anything_ = true;
      }
    }
    if (!end_interval(bits, reader, start, high - 1)) return;
    if (!bits.at_end())
      return fault(ErrorCode::kCorrupt, "more restart markers than it needs",
                   start + bits.position(), high - 1);
    for (auto& [component, part] : parts)
      for (int k = band.first; k <= band.last; ++k) component->low[k] = band.low;
  }

  const char* read_blocks(ScanBits& bits, BlockReader& reader, Component& component,
                          ScanComponent& part, bool alone, int x, int y) {
    const int across = alone ? 1 : component.across, down = alone ? 1 : component.down;
    std::uint64_t none = 0;
    for (int v = 0; v < down; ++v) {
      for (int h = 0; h < across; ++h) {
        const std::size_t block =
            static_cast<std::size_t>(y * down + v) * component.stride + x * across + h;
        std::uint64_t& nonzero = progressive_ ? component.nonzero[block] : none;
        if (const char* wrong = reader.read(bits, part, nonzero)) return wrong;
      }
    }
    return nullptr;
  }

  // What lies between the last code and the next marker; false if it is a fault.
  bool end_interval(ScanBits& bits, BlockReader& reader, std::size_t start, int y) {
    const bool filled_up = bits.is_filled_up();
    const ByteSpan rest = bits.skip_to_marker();
    const std::size_t offset = static_cast<std::size_t>(rest.data() - file_.data());
    if (!reader.restart()) {
      fault(ErrorCode::kCorrupt, "a run of blocks beyond its end", start + bits.position(), y);
      return false;
    }
    const bool fill =
        std::all_of(rest.begin(), rest.end(), [](std::uint8_t byte) { return byte == 0xFF; });
    if (fill && filled_up) return true;
    if (!filled_up) {
      fault(ErrorCode::kCorrupt, "bits are left over after its last code", offset, y);
      return false;
    }
    if (rest.size() <= kStrayBytes || is_padding(rest)) {
      damage_.harmless("stray bytes at a scan's end", offset);
      found_.stray_bytes = true;
      return true;
    }
    fault(ErrorCode::kCorrupt,
          std::to_string(rest.size()) + " bytes are left over after its last code", offset, y);
    return false;
  }

  void ended_early(const JpegSegment& segment, std::size_t offset, int y) {
    const bool with_file = segment.scan.data() + segment.scan.size() == file_.data() + file_.size();
    if (!with_file) return fault(ErrorCode::kCorrupt, "it ends before its last block", offset, y);
    found_.fault = Error{ErrorCode::kTruncated, "the file ends early", file_.size()};
    found_.nothing_there = !anything_;
    found_.made_up = scans_ > 1 || progressive_ ? "details or colours are missing"
                                                : "it is grey from row " + row_text(y) + " on";
  }

  void fault(ErrorCode code, const std::string& what, std::size_t offset, int y) {
    found_.fault = Error{code, "broken JPEG: the scan is damaged: " + what, offset};
    found_.nothing_there = !anything_;
    found_.made_up = "pixels are wrong, noticed at row " + row_text(y);
  }

  std::string row_text(int y) const {
    return std::to_string(std::min(y * row_height_, static_cast<int>(height_) - 1)) + " of " +
           std::to_string(height_);
  }

  void finish(const JpegWalk& walk) {
    const bool ended = walk.ended();
    const bool all_there = std::all_of(components_.begin(), components_.end(), [&](const auto& c) {
      return ended ? c.low[0] >= 0 : c.complete(progressive_);
    });
    if (!components_.empty() && all_there) {
      if (!ended) damage_.harmless("the file ends without its end marker (EOI)", file_.size());
      return;
    }
    found_.fault =
        ended ? Error{ErrorCode::kCorrupt, "broken JPEG: scans are missing", walk.position()}
              : Error{ErrorCode::kTruncated, "the file ends early", file_.size()};
    found_.nothing_there = !anything_;
    found_.made_up = "details or colours are missing";
  }

  ByteSpan file_;
  std::uint32_t width_, height_;
  int max_scans_;
  Damage& damage_;
  JpegScans found_;
  std::array<std::array<HuffmanTable, 4>, 2> codes_;  // for DC, for AC
  std::array<std::array<std::uint16_t, 64>, 4> steps_ = {};
  std::vector<Component> components_;
  bool progressive_ = false, anything_ = false, tables_missing_ = false;
  int most_across_ = 1, most_down_ = 1, mcus_wide_ = 0, mcus_high_ = 0;
  int interval_ = 0, scans_ = 0, row_height_ = 8;
  std::uint64_t visits_ = 0;  // of blocks, by all scans
};

}  // namespace

Result<JpegScans> check_jpeg_scans(ByteSpan file, std::uint32_t width, std::uint32_t height,
                                   int max_scans, Damage& damage) try {
  return Checker(file, width, height, max_scans, damage).run();
} catch (const std::bad_alloc&) {
  return out_of_memory();
}

}  // namespace vaecomp
