// Encodings of one picture on the way to a target, and the best of them.
#pragma once

#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "codec/decoder/patches.h"
#include "codec/encoder/efforts.h"
#include "codec/encoder/enc_image.h"
#include "codec/encoder/enc_patches.h"
#include "codec/encoder/enc_symbols.h"
#include "format/metadata.h"
#include "format/pixel_filter.h"
#include "vaecomp/target.hpp"

namespace vaecomp {

// What a target asks of a trial, as a number that rises with quality and falls with the weight of
// rate: the logarithm of the size, or the score.
struct Aim {
  double goal = 0;
  bool stay_below = false;   // or stay at or above it
  double near = 0;           // distance from the goal at which nothing more is gained
  double far = 0;            // distance at which there must be something better
  double quality_slope = 0;  // rise for a step of quality, about
  double weight_slope = 0;   // fall for a step of Rounding::rate_weight, about

  explicit Aim(const Target& target);

  bool accepts(double value) const { return stay_below ? value < goal : value >= goal; }
  double distance(double value) const { return value < goal ? goal - value : value - goal; }
};

class Trials {
 public:
  static constexpr double kBestScore = 1000;  // dB: stands for infinity, with which none can reckon

  // What a trial came to.
  struct Trial {
    int quality = 0;
    double value = 0;
    Bytes stream;
    Tensor latents;  // decoded
    PixelFilter filter;
  };

  // Borrows everything but `target` and `progress`. `coded` as coded_colour gives it, `parts` of
  // it.
  Trials(const Model& model, ImageView image, ImageView coded, const PictureParts& parts,
         const std::vector<OwnedSection>& side_sections, const Target& target, ThreadPool& pool,
         const StageProgress& progress);

  const Aim& aim() const { return aim_; }
  const PictureParts& parts() const { return parts_; }

  // Codes the picture and returns the value. A pair that was tried before costs nothing. Errors:
  // kIo (asked to stop).
  Result<double> value(int quality, int rate_weight);

  // From now on the latents are refined as this effort says, and what was tried before is
  // forgotten but for the best.
  void refine_from_now_on(int effort);

  // The accepted trial that is nearest to the goal, the smallest of equals; or, if none is, the
  // nearest at all.
  const std::optional<Trial>& best() const { return best_; }
  bool has(double distance) const;  // is the best accepted, and not farther from the goal?

  // Of its decoded picture, of 255^2, all samples together.
  double squared_error(const Trial& trial) const;

  // Goes back to the best trial from before refining if refining gave none that is good enough.
  void settle();

 private:
  Quantisation quantisation() const { return model_.impl().quantisation(); }
  Result<const PictureLatents*> latents(int quality);
  Image decoded(const Trial& trial) const;
  double measure(const Trial& trial) const;
  bool beats(const Trial& trial, const std::optional<Trial>& other) const;
  StageProgress next_part(double share_of_the_rest);

  const Model& model_;
  const ImageView image_, coded_;
  const PictureParts& parts_;
  const std::vector<OwnedSection>& side_sections_;
  const Target target_;
  const Aim aim_;
  ThreadPool& pool_;
  const StageProgress progress_;
  const Grid grid_;

  Effort refining_ = {};                   // the row that says how
  double done_ = 0;                        // share of the work
  std::map<int, PictureLatents> latents_;  // of the qualities tried last
  std::map<std::pair<int, int>, double> values_;
  std::optional<Trial> best_, unrefined_;
  std::optional<Patches> patches_;  // decoded
};

}  // namespace vaecomp
