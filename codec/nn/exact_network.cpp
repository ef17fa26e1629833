// Runs segments: every thread takes a few neighbouring positions of a row through all operations of
// a segment. Exact zone.
#include "codec/nn/exact_network.h"

#include <algorithm>
#include <atomic>
#include <cassert>
#include <cstring>
#include <utility>

#include "codec/nn/layer_check.h"

namespace vaecomp {
namespace {

// Positions that go through a segment together: the row buffers of a wide block then fit the
// second-level cache, and the first-level cache keeps a panel of weights for all of them.
constexpr int kChunk = 32;

// The row buffers of one thread.
class RowBuffers {
 public:
  explicit RowBuffers(const Segment& segment) {
    std::size_t size = 0;
    for (const int channels : segment.buffer_channels) {
      begins_.push_back(size);
      size += static_cast<std::size_t>(channels) * kChunk;
    }
    values_.resize(size);
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
void unshuffle_row(const Tensor& x, int k, const Chunk& chunk, Row y) {
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
void depthwise_chunk(const RowOperation& operation, const Tensor& x, const Chunk& chunk, Row y) {
  depthwise_row(operation.parameters, x, operation.k, chunk.row, chunk.first, y,
                (chunk.count - 1) * chunk.step + 1);
  if (operation.out.kind == Operand::Kind::kOutput || chunk.step == 1) return;
  for (int p = 1; p < chunk.count; ++p) {
    std::copy_n(y.data + p * chunk.step * y.stride, operation.channels, y.data + p * y.stride);
  }
}

// VM-16: the channels of each position become k x k positions of `to`.
void shuffle_row(ConstRow x, int k, const Chunk& chunk, Tensor& to) {
  for (int p = 0; p < chunk.count; ++p) {
    const std::int16_t* from = x.data + p * x.stride;
    for (int i = 0; i < k; ++i) {
      for (int j = 0; j < k; ++j) {
        std::int16_t* out = to.at(chunk.row * k + i, (chunk.first + p) * k + j);
        for (int c = 0; c < to.channels; ++c) out[c] = from[(c * k + i) * k + j];
      }
    }
  }
}

// One segment on tensors of this run.
class SegmentRun {
 public:
  SegmentRun(const Segment& segment, std::span<const Tensor* const> tensors, Tensor& output,
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

  const Tensor& tensor(const Operand& x) const { return *tensors_[x.index]; }

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
  std::span<const Tensor* const> tensors_;
  Tensor& output_;
  int quality_;
};

void run_segment(const Segment& segment, const SegmentRun& run, int height, int width, int phases,
                 ThreadPool& pool) {
  const int chunks_per_row = (width + kChunk - 1) / kChunk;
  const std::int64_t chunks = std::int64_t{height} * chunks_per_row;
  const int workers = static_cast<int>(std::min<std::int64_t>(pool.threads(), chunks));
  // Made here, not in the threads, so that a failing allocation stays with the caller.
  std::vector<RowBuffers> buffers(static_cast<std::size_t>(workers), RowBuffers(segment));
  std::atomic<std::int64_t> next{0};
  pool.parallel_for(0, workers, [&](int worker) {
    for (std::int64_t i = next.fetch_add(1); i < chunks; i = next.fetch_add(1)) {
      const int first = static_cast<int>(i % chunks_per_row) * kChunk;
      Chunk chunk{.row = static_cast<int>(i / chunks_per_row),
                  .first = first,
                  .count = std::min(kChunk, width - first)};
      if (keep_wanted(phases, chunk)) run.run(chunk, buffers[worker]);
    }
  });
}

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
  network.halo_ = (result.halo + result.scale - 1) / result.scale;
  return network;
}

Tensor ExactNetwork::run(std::span<const Tensor* const> inputs, int quality, ThreadPool& pool,
                         int phases) const {
  assert(inputs.size() == inputs_.size() && quality >= 0 && quality < kQualities);
  const int height = inputs[0]->height, width = inputs[0]->width;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    assert(inputs[i]->height == height && inputs[i]->width == width);
    assert(inputs[i]->channels == inputs_[i].channels);
  }
  std::vector<Tensor> made(segments_.size());
  std::vector<const Tensor*> tensors(inputs.begin(), inputs.end());
  for (const Tensor& tensor : made) tensors.push_back(&tensor);
  for (std::size_t s = 0; s < segments_.size(); ++s) {
    const Segment& segment = segments_[s];
    const int rows = height * segment.scale, columns = width * segment.scale;
    made[s] = Tensor(rows * segment.shuffle, columns * segment.shuffle, segment.tensor_channels);
    // Segments before the last feed their neighbours, and a shuffle moves positions.
    const bool thin = s + 1 == segments_.size() && segment.scale == 1 && segment.shuffle == 1;
    run_segment(segment, SegmentRun(segment, tensors, made[s], quality), rows, columns,
                thin ? phases : kAllPhases, pool);
    for (const int t : segment.released) {
      made[static_cast<std::size_t>(t) - inputs.size()] = Tensor();
    }
  }
  return std::move(made.back());
}

}  // namespace vaecomp
