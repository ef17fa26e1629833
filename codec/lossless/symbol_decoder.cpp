// Opening and closing of chunks.
#include "codec/lossless/symbol_decoder.h"

namespace vaecomp {

void SymbolDecoder::record(Fault fault) {
  if (failed()) return;
  fault_ = fault;
  fault_offset_ = next_ - begin_;
}

// Goes on with a state that is in range, so that every later step stays defined.
void SymbolDecoder::past_end() {
  record(Fault::kPastEnd);
  next_ = end_;
  state_ |= kStateLow;
}

void SymbolDecoder::open_chunk() {
  if (state_ != kStateLow) record(Fault::kLastState);
  left_ = kChunkOperations;
  if (end_ - next_ < kWideStateBytes) {
    past_end();
    return;
  }
  const std::uint64_t state = load_le<std::uint64_t>(next_);
  if (state < kStateLow || state >= kStateLow << 32) {
    record(Fault::kState);
    return;
  }
  state_ = state;
  next_ += kWideStateBytes;
}

Result<void> SymbolDecoder::finish() {
  if (state_ != kStateLow || next_ != end_) record(Fault::kLastState);
  switch (fault_) {
    case Fault::kNone:
      return {};
    case Fault::kPastEnd:
      return Error{ErrorCode::kTruncated, "a stream of samples ends early", fault_offset_, "VC-44"};
    case Fault::kState:
      return Error{ErrorCode::kCorrupt, "a state of a stream of samples is out of range",
                   fault_offset_, "VC-44"};
    case Fault::kLastState:
      break;
  }
  return Error{ErrorCode::kCorrupt, "a stream of samples does not end where it should",
               fault_offset_, "VC-45"};
}

}  // namespace vaecomp
