// The encoder's judge between ways to choose values: what each costs, found by decoding.
#pragma once

#include <limits>
#include <span>
#include <vector>

#include "codec/decoder/grid.h"
#include "codec/encoder/encoder_model.h"
#include "codec/encoder/packed_latents.h"
#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

struct Choice {
  int rate_weight = 0;
  double cost = std::numeric_limits<double>::infinity();  // bits, and lambda * squared error
};

// Looks at strips of the picture, each as if it were one: all of a small picture, an eighth of a
// larger one, but a megapixel at the most. What is best for a picture as a whole shows in its
// parts.
class Judge {
 public:
  // Borrows model, what the view borrows, and pool.
  Judge(const Model::Impl& model, ImageView image, int quality, ThreadPool& pool);

  // The weight, as an Effort names it, that these latents of the picture cost least with. Costs of
  // one judge compare.
  Choice best(const PictureLatents& latents, std::span<const int> rate_weights) const;

 private:
  struct Strip {
    ImageView image;
    int first_row, rows;  // of latents; first_row is a multiple of kHyperStride / kLatentStride
  };

  // Of the latents of a strip alone.
  double cost(const Strip& strip, const PictureLatents& latents, int rate_weight) const;

  const Model::Impl& model_;
  const int quality_;
  ThreadPool& pool_;
  std::vector<Strip> strips_;
};

}  // namespace vaecomp
