// Latents before quantisation in little memory: most are small. Exact zone.
#pragma once

#include <cstdint>
#include <vector>

#include "codec/prior/latents_q8.h"
#include "format/bytes.h"

namespace vaecomp {

// The latents of a picture as in LatentsQ8, [row][column][channel] in 1/256 of the quantisation
// step, without loss, in 1 to 4 bytes a latent: of a photograph 1.2 to 1.6. Channels are stored in
// groups, so that a step of coding unpacks its own only.
class PackedLatents {
 public:
  PackedLatents() = default;
  // `cuts`: where groups of channels begin, and the number of channels; rising, the first is 0.
  PackedLatents(int height, int width, std::vector<int> cuts);

  int height() const { return height_; }
  int width() const { return width_; }
  int channels() const { return cuts_.empty() ? 0 : cuts_.back(); }

  // Stores the channels [first, end) of row y: `row` is [column][channel of these]. Both are cuts.
  void write(int y, int first, int end, const std::int32_t* row);

  // Fills `row`, [column][channel of these], with the channels [first, end) of row y; what has not
  // been written is 0, and takes no memory. Any channels; whole groups are faster. Many threads may
  // read at once.
  void read(int y, int first, int end, std::int32_t* row) const;

  // A copy of `count` rows from `first` on.
  PackedLatents rows(int first, int count) const;

 private:
  int groups() const { return static_cast<int>(cuts_.size()) - 1; }
  int group_channels(int group) const { return cuts_[group + 1] - cuts_[group]; }
  const Bytes& packed(int y, int group) const {
    return rows_[static_cast<std::size_t>(y) * groups() + group];
  }

  int height_ = 0, width_ = 0;
  std::vector<int> cuts_;
  std::vector<Bytes> rows_;  // [row][group]
};

// Of a picture: y [height][width][M], z [hyper_height][hyper_width][Z].
struct PictureLatents {
  PackedLatents y;
  LatentsQ8 z;
};

// The same latents in the other form.
LatentsQ8 unpacked(const PackedLatents& latents);

// Writes all channels of `from` to `to`, which has the same size.
void pack(const LatentsQ8& from, PackedLatents& to);

}  // namespace vaecomp
