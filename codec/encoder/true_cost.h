// What an encoding is worth, found by decoding it: the encoder's judge between candidates.
#pragma once

#include <deque>
#include <vector>

#include "codec/decoder/grid.h"
#include "codec/encoder/decoded_sink.h"
#include "codec/encoder/encoder_model.h"
#include "format/colour_turn.h"

namespace vaecomp {

// Runs the synthesis network on latents as they become known, a few rows behind.
class TrueCost : public DecodedSink {
 public:
  // For latents of `channels` channels, of a picture whose colours are turned back to those of
  // `image` so. Borrows model, what the view borrows, and pool.
  TrueCost(const Model::Impl& model, ImageView image, int quality, ThreadPool& pool, int channels,
           const ColourTurn& turn = {});
  TrueCost(const TrueCost&) = delete;
  TrueCost& operator=(const TrueCost&) = delete;

  void take(int y, std::span<const std::int16_t> row) override;
  void advance() override;

  // lambda * 255^2 * MSE + bits per pixel, both of the whole picture: MSE over its samples in 0 ..
  // 1 as the decoder gives them, bits of a latents section with this payload. Smaller is better.
  // Precondition: all rows have been taken.
  double of(std::size_t payload_bytes);

  // The squared error of the whole picture, of 255^2, all samples together. The same precondition.
  std::uint64_t squared_error();

  // The squared error of the pixels of each latent, [row][column], of 255^2, summed over the
  // channels: complete after of() or squared_error().
  const std::vector<std::uint64_t>& block_errors() const { return block_errors_; }

 private:
  ExactRun start(ThreadPool& pool);
  void measure(const TensorRows& rows, int begin, int end);

  const Model::Impl& model_;
  const ImageView image_;
  const int quality_, channels_;
  const ColourTurn turn_;
  std::deque<std::vector<std::int16_t>> waiting_;  // rows that the network has not let in
  int first_waiting_ = 0;
  std::vector<std::uint8_t> samples_;  // of a row
  std::vector<std::int16_t> turned_;   // of a row
  const Grid grid_;
  std::vector<std::uint64_t> block_errors_;
  ExactRun synthesis_;
};

}  // namespace vaecomp
