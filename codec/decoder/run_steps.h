// The context steps in their order, for whoever reads, chooses, draws or prices latents.
#pragma once

#include <functional>
#include <utility>

#include "codec/decoder/decoder_model.h"
#include "codec/decoder/grid.h"
#include "codec/decoder/stage_progress.h"

namespace vaecomp {

// Codes rows [begin, end) of a band, in one step: `parameters` is the step's network's result, of
// which those rows exist. An error ends the run.
using CodeRows = std::function<Result<void>(std::size_t step, int band,
                                            const TensorRows& parameters, int begin, int end)>;

// Told how many of the rows are done, between waves, by the calling thread; an error ends the run.
using RowsDone = std::function<Result<void>(int done, int rows)>;

// What the hyper latents say: rows that are there, or that come to be when they are needed.
struct FeatureRows {
  const Tensor& rows;
  std::function<void(int end)> make = {};  // sees to it that rows [0, end) are there

  FeatureRows(const Tensor& all) : rows(all) {}  // NOLINT: implicit on purpose
  FeatureRows(const Tensor& some, std::function<void(int)> maker)
      : rows(some), make(std::move(maker)) {}
};

// Runs the network of step `s` on `features` and on `decoded` (Q4 [h][w][channel]: the latents of
// earlier steps, zero elsewhere, in as many of the channels from the first as those have), and
// gives its rows to `code`, which may write the step's latents into the same rows of `decoded`.
// Calls come one at a time, rows from top to bottom. Errors: the first of `code`, that of `done`.
Result<void> run_step(const DecoderModel::Impl& model, std::size_t s, const FeatureRows& features,
                      const Grid& grid, int quality, ThreadPool& pool, const RowsDone& done,
                      const Tensor& decoded, const CodeRows& code);

// The same for each step that `quality` has. Errors: the first of `code`, that of the caller who
// asks to stop.
Result<void> run_steps(const DecoderModel::Impl& model, const FeatureRows& features,
                       const Grid& grid, int quality, ThreadPool& pool,
                       const StageProgress& progress, const Tensor& decoded, const CodeRows& code);

}  // namespace vaecomp
