// Runs segments wave by wave: every thread takes a few neighbouring positions of a row through all
// operations of a segment. Exact zone.
#include "codec/nn/exact_network.h"

#include <algorithm>
#include <atomic>
#include <cassert>
#include <functional>
#include <optional>
#include <utility>

#include "codec/nn/layer_check.h"
#include "codec/nn/row_schedule.h"

namespace vaecomp {
namespace {

// Positions that go through a segment together: the row buffers of a wide block then fit the
// second-level cache, and the first-level cache keeps a panel of weights for all of them.
constexpr int kChunk = 32;

// Input positions for each thread that are let in together: enough work between the points where
// threads wait for each other, and few enough rows to stay in the caches.
constexpr int kWavePositions = 512;

// The row buffers of one thread, which all segments use in turn.
class RowBuffers {
 public:
  explicit RowBuffers(std::size_t values) : values_(values) {}

  // Lays out the buffers of a segment: buffer i holds kChunk positions of buffer_channels[i].
  void lay_out(const Segment& segment) {
    begins_.clear();
    std::size_t size = 0;
    for (const int channels : segment.buffer_channels) {
      begins_.push_back(size);
      size += static_cast<std::size_t>(channels) * kChunk;
    }
    assert(size <= values_.size());
  }

  static std::size_t values_of(const Segment& segment) {
    std::size_t size = 0;
    for (const int channels : segment.buffer_channels)
      size += static_cast<std::size_t>(channels) * kChunk;
    return size;
  }

  // Buffer `index`, holding kChunk positions of `channels` channels.
  Row row(int index, int channels) {
    return {values_.data() + begins_[index], padded_channels(channels)};
  }

 private:
  std::vector<std::size_t> begins_;
  std::vector<std::int16_t> values_;  // zeros at first, so that no lane is ever unset
};

// `count` positions of row `row` of a segment's grid: `first` and every `step`th after it.
struct Chunk {
  int row, first, count;
  int step = 1;
};
static_assert(kChunk % 2 == 0, "a chunk begins at an even column");

// Leaves the positions of `phases` in a chunk of neighbours; false if there is none.
bool keep_wanted(int phases, Chunk& chunk) {
  const int columns = phases >> (2 * (chunk.row & 1)) & 3;  // bit 0: the even ones, bit 1: the odd
  if (columns == 3) return true;
  if (columns == 1) chunk.count += 1;
  if (columns == 2) chunk.first += 1;
  chunk.count /= 2;
  chunk.step = 2;
  return columns != 0 && chunk.count > 0;
}

void copy_row(ConstRow x, Row y, int channels, int positions) {
  for (int p = 0; p < positions; ++p) {
    std::copy_n(x.data + p * x.stride, channels, y.data + p * y.stride);
  }
}

// VM-17: the k^2 values of each channel are gathered from k rows of x.
void unshuffle_row(const TensorRows& x, int k, const Chunk& chunk, Row y) {
  for (int p = 0; p < chunk.count; ++p) {
    std::int16_t* to = y.data + p * y.stride;
    for (int c = 0; c < x.channels; ++c) {
      for (int i = 0; i < k; ++i) {
        for (int j = 0; j < k; ++j) {
          *to++ = x.at(chunk.row * k + i, (chunk.first + p * chunk.step) * k + j)[c];
        }
      }
    }
  }
}

// The kernel makes neighbours; of those the chunk keeps its own.
void depthwise_chunk(const RowOperation& operation, const TensorRows& x, const Chunk& chunk,
                     Row y) {
  depthwise_row(operation.parameters, x, operation.k, chunk.row, chunk.first, y,
                (chunk.count - 1) * chunk.step + 1);
  if (operation.out.kind == Operand::Kind::kOutput || chunk.step == 1) return;
  for (int p = 1; p < chunk.count; ++p) {
    std::copy_n(y.data + p * chunk.step * y.stride, operation.channels, y.data + p * y.stride);
  }
}

// VM-16: the channels of each position become k x k positions of `to`.
void shuffle_row(ConstRow x, int k, const Chunk& chunk, RowRing& to) {
  const int channels = to.rows().channels;
  for (int p = 0; p < chunk.count; ++p) {
    const std::int16_t* from = x.data + p * x.stride;
    for (int i = 0; i < k; ++i) {
      for (int j = 0; j < k; ++j) {
        std::int16_t* out = to.at(chunk.row * k + i, (chunk.first + p) * k + j);
        for (int c = 0; c < channels; ++c) out[c] = from[(c * k + i) * k + j];
      }
    }
  }
}

// One segment on tensors of this run.
class SegmentRun {
 public:
  SegmentRun(const Segment& segment, std::span<const TensorRows> tensors, RowRing& output,
             int quality)
      : segment_(segment), tensors_(tensors), output_(output), quality_(quality) {}

  void run(const Chunk& chunk, RowBuffers& buffers) const {
    for (const RowOperation& operation : segment_.operations) apply(operation, chunk, buffers);
    if (segment_.shuffle > 1) {
      shuffle_row(source(segment_.result, segment_.result_channels, chunk, buffers),
                  segment_.shuffle, chunk, output_);
    }
  }

 private:
  void apply(const RowOperation& operation, const Chunk& chunk, RowBuffers& buffers) const {
    const int channels = operation.channels, count = chunk.count;
    if (operation.op == Op::kDepthwise) {
      const Chunk neighbours{chunk.row, chunk.first, chunk.count};
      depthwise_chunk(operation, tensor(operation.a), chunk,
                      destination(operation.out, channels, neighbours, buffers));
      return;
    }
    const Row y = destination(operation.out, channels, chunk, buffers);
    if (operation.op == Op::kUnshuffle) {
      unshuffle_row(tensor(operation.a), operation.k, chunk, y);
      return;
    }
    const ConstRow x = source(operation.a, operation.channels_a, chunk, buffers);
    switch (operation.op) {
      case Op::kInput:
        copy_row(x, y, channels, count);
        break;
      case Op::kAdd:
        add_row(operation.parameters, x, source(operation.b, channels, chunk, buffers), y, channels,
                count);
        break;
      case Op::kConv1x1:
        conv1x1_row(operation.parameters, x, y, channels, count);
        break;
      case Op::kRelu:
        relu_row(x, y, channels, count);
        break;
      case Op::kConcat: {
        const int more = channels - operation.channels_a;
        copy_row(x, y, operation.channels_a, count);
        copy_row(source(operation.b, more, chunk, buffers),
                 {y.data + operation.channels_a, y.stride}, more, count);
        break;
      }
      case Op::kAffine:
        affine_row(operation.parameters, quality_, x, y, channels, count);
        break;
      default:
        break;  // plan_segments makes no others
    }
  }

  const TensorRows& tensor(const Operand& x) const { return tensors_[x.index]; }

  ConstRow source(const Operand& x, int channels, const Chunk& chunk, RowBuffers& buffers) const {
    if (x.kind == Operand::Kind::kTensor) {
      return {tensor(x).at(chunk.row, chunk.first), std::ptrdiff_t{channels} * chunk.step};
    }
    const Row row = buffers.row(x.index, channels);
    return {row.data, row.stride};
  }

  Row destination(const Operand& x, int channels, const Chunk& chunk, RowBuffers& buffers) const {
    if (x.kind == Operand::Kind::kOutput) {
      return {output_.at(chunk.row, chunk.first), std::ptrdiff_t{channels} * chunk.step};
    }
    return buffers.row(x.index, channels);
  }

  const Segment& segment_;
  std::span<const TensorRows> tensors_;
  RowRing& output_;
  int quality_;
};

// The segment with the most multiplications.
std::size_t longest(std::span<const Segment> segments) {
  const auto work = [](const Segment& segment) {
    std::int64_t products = 0;
    for (const RowOperation& operation : segment.operations) {
      if (operation.op == Op::kConv1x1)
        products += std::int64_t{operation.channels_a} * operation.channels;
    }
    return products * segment.scale * segment.scale;
  };
  const auto most = std::ranges::max_element(segments, {}, work);
  return static_cast<std::size_t>(most - segments.begin());
}

// What a run of a network keeps from wave to wave.
class StreamedRun {
 public:
  StreamedRun(std::span<const Segment> segments, std::span<const TensorRows> inputs,
              const RunOptions& options, ThreadPool& pool)
      : segments_(segments), pool_(pool), quality_(options.quality), phases_(options.phases) {
    const int height = inputs[0].height, width = inputs[0].width;
    const int positions = kWavePositions * pool.threads();
    const int wave = options.wave > 0 ? options.wave : std::max(2, positions / width);
    const int count = static_cast<int>(inputs.size());
    const std::vector<int> capacities = ring_capacities(segments, count, height, wave);
    tensors_.assign(inputs.begin(), inputs.end());
    std::size_t values = 0;
    for (const Segment& segment : segments) {
      const int scale = segment.scale * segment.shuffle;
      rings_.emplace_back(height * scale, width * scale, segment.tensor_channels,
                          capacities[segment.tensor]);
      tensors_.push_back(rings_.back().rows());
      values = std::max(values, RowBuffers::values_of(segment));
    }
    longest_ = longest(segments);
    buffers_.assign(static_cast<std::size_t>(pool.threads()), RowBuffers(values));
    schedule_.emplace(segments, count, height, wave);
  }

  // Makes the next wave's rows while `sink` reads those of earlier ones; false if all is done.
  bool next_wave(const RowSink& sink) {
    if (!schedule_->next()) return false;
    const RowRange readable = schedule_->readable();
    std::function<void()> read;
    if (readable.count() > 0) read = [&] { sink(tensors_.back(), readable.begin, readable.end); };
    for (std::size_t s = 0; s < segments_.size(); ++s) {
      if (schedule_->made(s).count() == 0) continue;
      run_segment(s, s == longest_ ? std::exchange(read, nullptr) : nullptr);
    }
    if (read) read();
    return true;
  }

  int rows_done() const { return schedule_->readable().end; }

 private:
  void run_segment(std::size_t s, const std::function<void()>& beside) {
    const Segment& segment = segments_[s];
    const RowRange rows = schedule_->made(s);
    const int width = tensors_[segment.tensor].width / segment.shuffle;
    // Segments before the last feed their neighbours, and a shuffle moves positions.
    const bool thin = s + 1 == segments_.size() && segment.scale == 1 && segment.shuffle == 1;
    const int phases = thin ? phases_ : kAllPhases;
    const SegmentRun run(segment, tensors_, rings_[s], quality_);
    const int chunks_per_row = (width + kChunk - 1) / kChunk;
    const std::int64_t chunks = std::int64_t{rows.count()} * chunks_per_row;
    const int workers =
        static_cast<int>(std::min<std::int64_t>(pool_.threads(), chunks + (beside ? 1 : 0)));
    std::atomic<std::int64_t> next{beside ? -1 : 0};
    pool_.parallel_for(0, workers, [&](int worker) {
      RowBuffers& buffers = buffers_[worker];
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

  std::span<const Segment> segments_;
  ThreadPool& pool_;
  const int quality_, phases_;
  std::vector<TensorRows> tensors_;  // by number: inputs first, then a ring for each segment
  std::vector<RowRing> rings_;       // by segment
  std::vector<RowBuffers> buffers_;  // by worker
  std::optional<RowSchedule> schedule_;
  std::size_t longest_ = 0;  // the segment beside which the result is read
};

}  // namespace

Result<ExactNetwork> ExactNetwork::build(const ModelFile& model, const NetworkRecord& record) {
  const Result<CheckedLayers> checked = check_layers(model, record);
  if (!checked) return checked.error();
  ExactNetwork network;
  network.inputs_ = record.inputs;
  network.segments_ = plan_segments(model, record, *checked);
  const TensorState& result = checked->result;
  network.output_channels_ = result.channels;
  network.output_fraction_ = result.fraction;
  network.scale_up_ = result.scale;
  return network;
}

Result<void> ExactNetwork::stream(std::span<const TensorRows> inputs, const RunOptions& options,
                                  ThreadPool& pool, const RowSink& sink) const {
  assert(inputs.size() == inputs_.size() && options.quality >= 0 && options.quality < kQualities);
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    assert(inputs[i].height == inputs[0].height && inputs[i].width == inputs[0].width);
    assert(inputs[i].channels == inputs_[i].channels);
  }
  StreamedRun run(segments_, inputs, options, pool);
  while (run.next_wave(sink)) {
    if (!options.progress) continue;
    if (auto go_on = options.progress(run.rows_done(), inputs[0].height * scale_up_); !go_on)
      return go_on;
  }
  return {};
}

Tensor ExactNetwork::run(std::span<const Tensor* const> inputs, int quality, ThreadPool& pool,
                         int phases) const {
  std::vector<TensorRows> whole;
  for (const Tensor* input : inputs) whole.push_back(*input);
  const int height = inputs[0]->height * scale_up_, width = inputs[0]->width * scale_up_;
  Tensor result(height, width, output_channels_);
  const auto keep = [&](const TensorRows& rows, int begin, int end) {
    for (int y = begin; y < end; ++y) {
      for (int x = 0; x < width; ++x) {
        if (has_position(phases, y, x)) std::copy_n(rows.at(y, x), rows.channels, result.at(y, x));
      }
    }
  };
  const Result<void> done = stream(whole, {.quality = quality, .phases = phases}, pool, keep);
  assert(done);
  static_cast<void>(done);
  return result;
}

}  // namespace vaecomp
