// Runs a planned network wave by wave: every thread takes a few neighbouring positions of a row
// through all operations of a segment. Written once for all arithmetics. Exact zone.
//
// An Arithmetic has
//   Value                 what tensors hold
//   kChunk                positions that go through a segment together, even: the buffers of a wide
//                         block then fit the second-level cache, and the first-level cache keeps a
//                         panel of weights for all of them
//   kWavePositions        positions for each thread, at the coarsest scale, that are let in
//   together:
//                         enough work between the points where threads wait for each other, and few
//                         enough rows to stay in the caches
//   Layer                 the numbers of a layer
//   run(operation, layer, a, b, y, positions, quality), for operations that need one position, and
//   depthwise(operation, layer, rows, row, first, y, positions) for that with neighbours
#pragma once

#include <algorithm>
#include <atomic>
#include <cassert>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "codec/base/phases.h"
#include "codec/base/tensor_rows.h"
#include "codec/base/thread_pool.h"
#include "codec/engine/layer_plan.h"
#include "codec/engine/row_schedule.h"
#include "format/error.h"

namespace vaecomp {

// Takes rows [begin, end) of a network's result, which exist during the call only.
template <typename Value>
using RowSinkOf = std::function<void(const RowsOf<Value>& rows, int begin, int end)>;

// One input of a network: rows that are there, or a function that fills row y when it is needed,
// from any thread.
template <typename Value>
struct RowInput {
  RowsOf<Value> rows = {};
  std::function<void(int y, Value* row)> fill = {};

  RowInput(RowsOf<Value> all) : rows(all) {}  // NOLINT: implicit on purpose
  RowInput(int height, int width, int channels, std::function<void(int, Value*)> source)
      : rows(nullptr, height, width, channels, 0), fill(std::move(source)) {}
};

struct RunOptions {
  int quality = 0;  // 0 .. 100
  // The result is wanted at these positions only. Elsewhere it means nothing, and most of the work
  // for it is saved.
  int phases = kAllPhases;
  // Rows of the inputs that are let in together; 0: as suits the width and the threads. The result
  // does not depend on it.
  int wave = 0;
  // Told how many of the result's rows are done, by the calling thread; an error ends the run.
  std::function<Result<void>(int done, int rows)> progress = {};
};

// `count` positions of row `row` of a segment's grid: `first` and every `step`th after it.
struct Chunk {
  int row, first, count;
  int step = 1;
};

// Leaves the positions of `phases` in a chunk of neighbours that begins at an even column; false if
// there is none.
inline bool keep_wanted(int phases, Chunk& chunk) {
  const int columns = phases >> (2 * (chunk.row & 1)) & 3;  // bit 0: the even ones, bit 1: the odd
  if (columns == 3) return true;
  if (columns == 1) chunk.count += 1;
  if (columns == 2) chunk.first += 1;
  chunk.count /= 2;
  chunk.step = 2;
  return columns != 0 && chunk.count > 0;
}

// The buffers of one thread, which all segments use in turn.
template <typename Value>
class ChunkBuffers {
 public:
  // For the segments of `plan`, `positions` at a time.
  ChunkBuffers(const LayerPlan& plan, int positions) : positions_(positions) {
    std::size_t most = 0;
    for (const Segment& segment : plan.segments) {
      lay_out(segment);
      most = std::max(most, size_);
    }
    values_.resize(most);
  }

  void lay_out(const Segment& segment) {
    begins_.clear();
    size_ = 0;
    for (const int channels : segment.buffer_channels) {
      begins_.push_back(size_);
      size_ += static_cast<std::size_t>(channels) * positions_;
    }
  }

  Value* buffer(int index) { return values_.data() + begins_[index]; }

 private:
  int positions_;
  std::size_t size_ = 0;  // of the segment laid out last
  std::vector<std::size_t> begins_;
  std::vector<Value> values_;  // zeros at first, so that no lane is ever unset
};

// One segment on the tensors of a run.
template <typename Arithmetic>
class SegmentRun {
 public:
  using Value = typename Arithmetic::Value;
  using Layers = std::span<const typename Arithmetic::Layer>;
  using Positions = PositionsOf<Value>;
  using ConstPositions = PositionsOf<const Value>;

  SegmentRun(const Segment& segment, Layers layers, int lanes,
             std::span<const RowsOf<Value>> tensors, RowRing<Value>& output, int quality)
      : segment_(segment),
        layers_(layers),
        lanes_(lanes),
        tensors_(tensors),
        output_(output),
        quality_(quality) {}

  void run(const Chunk& chunk, ChunkBuffers<Value>& buffers) const {
    for (const RowOperation& operation : segment_.operations) apply(operation, chunk, buffers);
    if (segment_.shuffle > 1) {
      shuffle(source(segment_.result, segment_.result_channels, chunk, buffers), chunk);
    }
  }

 private:
  void apply(const RowOperation& operation, const Chunk& chunk,
             ChunkBuffers<Value>& buffers) const {
    if (operation.op == Op::kDepthwise) return depthwise(operation, chunk, buffers);
    const Positions y = destination(operation.out, operation.channels, chunk, buffers);
    if (operation.op == Op::kUnshuffle) return unshuffle(operation, chunk, y);
    const ConstPositions a = source(operation.a, operation.channels_a, chunk, buffers);
    if (operation.op == Op::kInput) return copy(a, y, operation.channels, chunk.count);
    if (operation.op == Op::kConcat) {
      const int more = operation.channels - operation.channels_a;
      copy(a, y, operation.channels_a, chunk.count);
      return copy(source(operation.b, more, chunk, buffers),
                  {y.data + operation.channels_a, y.stride}, more, chunk.count);
    }
    const ConstPositions b = operation.op == Op::kAdd
                                 ? source(operation.b, operation.channels, chunk, buffers)
                                 : ConstPositions{nullptr, 0};
    Arithmetic::run(operation, layers_[operation.node], a, b, y, chunk.count, quality_);
  }

  // The kernel makes neighbours; of those the chunk keeps its own.
  void depthwise(const RowOperation& operation, const Chunk& chunk,
                 ChunkBuffers<Value>& buffers) const {
    const Chunk neighbours{chunk.row, chunk.first, chunk.count};
    const Positions y = destination(operation.out, operation.channels, neighbours, buffers);
    Arithmetic::depthwise(operation, layers_[operation.node], tensors_[operation.a.index],
                          chunk.row, chunk.first, y, (chunk.count - 1) * chunk.step + 1);
    if (operation.out.kind == Operand::Kind::kOutput || chunk.step == 1) return;
    for (int p = 1; p < chunk.count; ++p)
      std::copy_n(y.data + p * chunk.step * y.stride, operation.channels, y.data + p * y.stride);
  }

  // VM-17: the k^2 values of each channel are gathered from k rows.
  void unshuffle(const RowOperation& operation, const Chunk& chunk, Positions y) const {
    const RowsOf<Value>& x = tensors_[operation.a.index];
    const int k = operation.k, channels = x.channels;
    for (int i = 0; i < k; ++i) {
      const Value* row = x.row(chunk.row * k + i);
      for (int p = 0; p < chunk.count; ++p) {
        Value* to = y.data + p * y.stride + i * k;
        const Value* from =
            row + static_cast<std::size_t>(chunk.first + p * chunk.step) * k * channels;
        for (int j = 0; j < k; ++j) {
          for (int c = 0; c < channels; ++c) to[c * k * k + j] = from[j * channels + c];
        }
      }
    }
  }

  // VM-16: the channels of each position become k x k positions of the output.
  void shuffle(ConstPositions x, const Chunk& chunk) const {
    const int k = segment_.shuffle, channels = segment_.tensor_channels;
    for (int p = 0; p < chunk.count; ++p) {
      const Value* from = x.data + p * x.stride;
      for (int i = 0; i < k; ++i) {
        for (int j = 0; j < k; ++j) {
          Value* to = output_.at(chunk.row * k + i, (chunk.first + p) * k + j);
          for (int c = 0; c < channels; ++c) to[c] = from[(c * k + i) * k + j];
        }
      }
    }
  }

  static void copy(ConstPositions x, Positions y, int channels, int positions) {
    for (int p = 0; p < positions; ++p)
      std::copy_n(x.data + p * x.stride, channels, y.data + p * y.stride);
  }

  ConstPositions source(const Operand& x, int channels, const Chunk& chunk,
                        ChunkBuffers<Value>& buffers) const {
    if (x.kind == Operand::Kind::kTensor) {
      return {tensors_[x.index].at(chunk.row, chunk.first), std::ptrdiff_t{channels} * chunk.step};
    }
    return {buffers.buffer(x.index), stride_of(channels)};
  }

  Positions destination(const Operand& x, int channels, const Chunk& chunk,
                        ChunkBuffers<Value>& buffers) const {
    if (x.kind == Operand::Kind::kOutput)
      return {output_.at(chunk.row, chunk.first), std::ptrdiff_t{channels} * chunk.step};
    return {buffers.buffer(x.index), stride_of(channels)};
  }

  std::ptrdiff_t stride_of(int channels) const { return (channels + lanes_ - 1) / lanes_ * lanes_; }

  const Segment& segment_;
  Layers layers_;
  int lanes_;
  std::span<const RowsOf<Value>> tensors_;
  RowRing<Value>& output_;
  int quality_;
};

// What a run keeps from wave to wave.
template <typename Arithmetic>
class StreamedRun {
 public:
  using Value = typename Arithmetic::Value;
  using Layers = std::span<const typename Arithmetic::Layer>;
  static_assert(Arithmetic::kChunk % 2 == 0, "a chunk begins at an even column");

  // Borrows plan, layers (by the number of their node), inputs and pool. Inputs are of equal
  // height and width.
  StreamedRun(const LayerPlan& plan, Layers layers, std::span<const RowInput<Value>> inputs,
              const RunOptions& options, ThreadPool& pool)
      : plan_(plan),
        layers_(layers),
        inputs_(inputs),
        pool_(pool),
        quality_(options.quality),
        phases_(options.phases),
        longest_(longest_segment(plan)),
        schedule_(plan, inputs[0].rows.height, wave_rows(plan, inputs[0].rows.width, options)) {
    const int height = inputs[0].rows.height, width = inputs[0].rows.width;
    const std::vector<int> capacities =
        ring_capacities(plan, height, wave_rows(plan, width, options));
    rings_.resize(capacities.size());
    for (std::size_t t = 0; t < inputs.size(); ++t) {
      const RowsOf<Value>& rows = inputs[t].rows;
      if (inputs[t].fill)
        rings_[t] = RowRing<Value>(rows.height, rows.width, rows.channels, capacities[t]);
      tensors_.push_back(inputs[t].fill ? rings_[t].rows() : rows);
    }
    for (const Segment& segment : plan.segments) {
      const Scale scale = segment.tensor_scale();
      rings_[segment.tensor] = RowRing<Value>(scale.of(height), scale.of(width),
                                              segment.tensor_channels, capacities[segment.tensor]);
      tensors_.push_back(rings_[segment.tensor].rows());
    }
    // Made here, not in the threads, so that a failing allocation stays with the caller.
    buffers_.assign(static_cast<std::size_t>(pool.threads()),
                    ChunkBuffers<Value>(plan, Arithmetic::kChunk));
  }

  // Makes the next wave's rows while `sink` reads those of earlier ones; false if all is done.
  bool next_wave(const RowSinkOf<Value>& sink) {
    if (!schedule_.next()) return false;
    const RowRange readable = schedule_.readable();
    std::function<void()> read;
    if (readable.count() > 0)
      read = [&, readable] { sink(tensors_.back(), readable.begin, readable.end); };
    fill_inputs();
    for (std::size_t s = 0; s < plan_.segments.size(); ++s) {
      if (schedule_.made(s).count() == 0) continue;
      run_segment(s, s == longest_ ? std::exchange(read, nullptr) : nullptr);
    }
    if (read) read();
    return true;
  }

  // Rows of the inputs, from the top, that must be there for the next wave.
  int rows_wanted() const { return schedule_.let_in_next(); }

  // Rows of the result that have been read, and that there are.
  int rows_done() const { return schedule_.readable().end; }
  int rows() const { return tensors_.back().height; }

 private:
  int wave_rows(const LayerPlan& plan, int width, const RunOptions& options) const {
    if (options.wave > 0) return options.wave;
    int unit = 1;  // input rows for one of the coarsest tensor
    for (const Segment& segment : plan.segments) unit = std::max(unit, segment.scale.down);
    const int positions = Arithmetic::kWavePositions * pool_.threads();
    return unit * std::max(unit == 1 ? 2 : 1, positions / std::max(1, width / unit));
  }

  // The segment with the most multiplications, beside which the result is read.
  static std::size_t longest_segment(const LayerPlan& plan) {
    const auto work = [](const Segment& segment) {
      std::int64_t products = 0;
      for (const RowOperation& operation : segment.operations) {
        if (operation.op == Op::kConv1x1)
          products += std::int64_t{operation.channels_a} * operation.channels;
      }
      const std::int64_t area = std::int64_t{segment.scale.of(kMaxDown)};
      return products * area * area;
    };
    const auto most = std::ranges::max_element(plan.segments, {}, work);
    return static_cast<std::size_t>(most - plan.segments.begin());
  }

  void fill_inputs() {
    const RowRange rows = schedule_.let_in();
    for (std::size_t t = 0; t < inputs_.size(); ++t) {
      if (!inputs_[t].fill) continue;
      // Of an input that nobody reads the ring holds less than a wave, and rows would share a
      // place.
      const int first = std::max(rows.begin, rows.end - rings_[t].rows().capacity);
      pool_.parallel_for(first, rows.end, [&](int y) { inputs_[t].fill(y, rings_[t].at(y, 0)); });
    }
  }

  void run_segment(std::size_t s, const std::function<void()>& beside) {
    const Segment& segment = plan_.segments[s];
    const RowRange rows = schedule_.made(s);
    const int width = tensors_[segment.tensor].width / segment.shuffle;
    // Segments before the last feed their neighbours, and a shuffle moves positions.
    const bool thin =
        s + 1 == plan_.segments.size() && segment.scale == Scale{} && segment.shuffle == 1;
    const int phases = thin ? phases_ : kAllPhases;
    const SegmentRun<Arithmetic> run(segment, layers_, plan_.lanes, tensors_,
                                     rings_[segment.tensor], quality_);
    constexpr int kChunk = Arithmetic::kChunk;
    const int chunks_per_row = (width + kChunk - 1) / kChunk;
    const std::int64_t chunks = std::int64_t{rows.count()} * chunks_per_row;
    const int workers =
        static_cast<int>(std::min<std::int64_t>(pool_.threads(), chunks + (beside ? 1 : 0)));
    std::atomic<std::int64_t> next{beside ? -1 : 0};
    pool_.parallel_for(0, workers, [&](int worker) {
      ChunkBuffers<Value>& buffers = buffers_[worker];
      buffers.lay_out(segment);
      for (std::int64_t i = next.fetch_add(1); i < chunks; i = next.fetch_add(1)) {
        if (i < 0) {
          beside();
          continue;
        }
        const int first = static_cast<int>(i % chunks_per_row) * kChunk;
        Chunk chunk{.row = rows.begin + static_cast<int>(i / chunks_per_row),
                    .first = first,
                    .count = std::min(kChunk, width - first)};
        if (keep_wanted(phases, chunk)) run.run(chunk, buffers);
      }
    });
  }

  static constexpr int kMaxDown =
      256;  // no tensor has fewer rows per input row than one in so many

  const LayerPlan& plan_;
  Layers layers_;
  std::span<const RowInput<Value>> inputs_;
  ThreadPool& pool_;
  const int quality_, phases_;
  const std::size_t longest_;
  RowSchedule schedule_;
  std::vector<RowRing<Value>> rings_;         // by tensor; empty for inputs that are there
  std::vector<RowsOf<Value>> tensors_;        // by tensor
  std::vector<ChunkBuffers<Value>> buffers_;  // by worker
};

// All waves of a run. Every row of the result is given to `sink` once, from top to bottom, in one
// call at a time that may come from any thread while the network works on rows further down. By
// then the rows of the inputs at the same place and above are read no more: `sink` may overwrite
// them. Errors: that of `options.progress`.
template <typename Arithmetic>
Result<void> stream_network(const LayerPlan& plan,
                            std::span<const typename Arithmetic::Layer> layers,
                            std::span<const RowInput<typename Arithmetic::Value>> inputs,
                            const RunOptions& options, ThreadPool& pool,
                            const RowSinkOf<typename Arithmetic::Value>& sink) {
  for ([[maybe_unused]] const auto& input : inputs) {
    assert(input.rows.height == inputs[0].rows.height);
    assert(input.rows.width == inputs[0].rows.width);
  }
  StreamedRun<Arithmetic> run(plan, layers, inputs, options, pool);
  while (run.next_wave(sink)) {
    if (!options.progress) continue;
    if (auto go_on = options.progress(run.rows_done(), run.rows()); !go_on) return go_on;
  }
  return {};
}

}  // namespace vaecomp
