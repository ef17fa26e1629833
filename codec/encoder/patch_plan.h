// Which blocks of a picture cost less as exact patches than through the networks (SPEC.md sections
// 1.4 and 5).
#pragma once

#include <vector>

#include "codec/decoder/stage_progress.h"
#include "codec/encoder/encoder_model.h"
#include "codec/encoder/near_picture.h"
#include "codec/encoder/packed_latents.h"
#include "codec/lossless/block_mask.h"
#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

// Blocks that may be worth it: text, drawings, flat areas; of photographs next to none. No block if
// there are so few that they are not worth a thought.
BlockMask candidate_blocks(const Model::Impl& model, ImageView image, int quality);

// Costs are in bits: those of a stream, and lambda * 255^2 * squared error, the mean over channels.
struct PatchPlan {
  // What may be exact.
  struct Way {
    BlockMask mask;         // with a block
    double distortion = 0;  // of errors, those under the mask and, as in learned_cost, outside
  };

  std::vector<Way> ways;    // none, or the blocks that pay each for itself; then perhaps more
  double learned_cost = 0;  // of all of the picture through the networks
  PictureLatents latents;   // of all of the picture
};

// Whether so much is exact that a lossless stream may be smaller.
inline bool may_be_lossless(const PatchPlan& plan) {
  return !plan.ways.empty() && 4 * plan.ways.back().mask.count() >= plan.ways.back().mask.size();
}

// Codes the picture at the usual weight and prices each candidate both ways, exactly with the
// colours of `near`. Errors: kIo (asked to stop).
Result<PatchPlan> plan_patches(const Model::Impl& model, ImageView image, const NearPicture& near,
                               int quality, const BlockMask& candidates, ThreadPool& pool,
                               const StageProgress& progress);

}  // namespace vaecomp
