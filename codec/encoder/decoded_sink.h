// Who wants to know what a decoder will reconstruct, while the encoder chooses it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "codec/base/tensor.h"
#include "format/bytes.h"
#include "format/crc32c.h"

namespace vaecomp {

class DecodedSink {
 public:
  virtual ~DecodedSink() = default;

  // Row y of the latents, Q4 [column][channel], those channels that the quality codes. Rows come
  // from the top to the bottom, one call at a time, from any thread.
  virtual void take(int y, std::span<const std::int16_t> row) = 0;

  // Comes now and then between two calls of take(), from the thread that encodes: for work that
  // needs the other threads.
  virtual void advance() {}
};

// Several of them.
class DecodedSinks : public DecodedSink {
 public:
  explicit DecodedSinks(std::vector<DecodedSink*> sinks) : sinks_(std::move(sinks)) {}

  void take(int y, std::span<const std::int16_t> row) override {
    for (DecodedSink* sink : sinks_) sink->take(y, row);
  }
  void advance() override {
    for (DecodedSink* sink : sinks_) sink->advance();
  }

 private:
  std::vector<DecodedSink*> sinks_;
};

// Keeps the latents.
class DecodedTensor : public DecodedSink {
 public:
  DecodedTensor(int height, int width, int channels) : latents_(height, width, channels) {}

  void take(int y, std::span<const std::int16_t> row) override {
    std::copy(row.begin(), row.end(), latents_.row(y));
  }
  Tensor& latents() { return latents_; }

 private:
  Tensor latents_;
};

// A checksum of each row of latents: enough to tell that others are equal.
using RowChecks = std::vector<std::uint32_t>;

inline std::uint32_t row_check(std::span<const std::int16_t> row) {
  return crc32c({reinterpret_cast<const std::uint8_t*>(row.data()), row.size_bytes()});
}

inline RowChecks row_checks(const Tensor& latents) {
  RowChecks checks;
  for (int y = 0; y < latents.height; ++y)
    checks.push_back(row_check({latents.row(y), latents.row_size()}));
  return checks;
}

// Keeps the checksums.
class DecodedChecks : public DecodedSink {
 public:
  void take(int, std::span<const std::int16_t> row) override { checks_.push_back(row_check(row)); }
  RowChecks& checks() { return checks_; }

 private:
  RowChecks checks_;
};

}  // namespace vaecomp
