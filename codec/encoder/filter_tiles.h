// Finds the filter of a picture while its latents are coded: tiles of it are decoded.
#pragma once

#include <vector>

#include "codec/encoder/decoded_sink.h"
#include "codec/encoder/encoder_model.h"
#include "codec/encoder/fit_filter.h"

namespace vaecomp {

// Takes the latents that were chosen; looks at all of a small picture, at some tiles of a large
// one.
class FilterTiles : public DecodedSink {
 public:
  // Borrows model, what the view borrows, and pool.
  FilterTiles(const Model::Impl& model, ImageView image, int quality, ThreadPool& pool);

  void take(int y, std::span<const std::int16_t> row) override;
  void advance() override;

  // Precondition: all rows have been taken.
  FittedFilter best();

 private:
  // In latents.
  struct Tile {
    int left, top, width, height;
    Tensor latents;  // empty before the first row and behind the last
  };

  void add(Tile& tile);

  const Model::Impl& model_;
  const ImageView image_;
  const int quality_, channels_;
  ThreadPool& pool_;
  std::vector<Tile> tiles_;  // from the top to the bottom
  std::size_t added_ = 0;    // tiles
  int taken_ = 0;            // rows of latents
  double seen_ = 0;          // pixels
  FilterFit fit_;
};

}  // namespace vaecomp
