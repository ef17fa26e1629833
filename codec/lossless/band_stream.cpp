// Framing of the streams of a band's planes.
#include "codec/lossless/band_stream.h"

#include <algorithm>

#include "codec/lossless/symbol_decoder.h"
#include "codec/lossless/symbol_encoder.h"
#include "format/byte_reader.h"
#include "format/byte_writer.h"

namespace vaecomp {
namespace {

// The first byte: the transform in the lowest two bits, then whether blocks repeat colours.
constexpr std::uint8_t kRepeatsBit = 4;

std::uint8_t mode_byte(BandMode mode) {
  return static_cast<std::uint8_t>(static_cast<int>(mode.transform) |
                                   (mode.repeats ? kRepeatsBit : 0));
}

// A mode of its own: samples as they are.
constexpr std::uint8_t kRawMode = 8;

std::size_t pixels_of(const BandShape& shape) { return std::size_t{1} * shape.width * shape.rows; }

template <typename Samples>
Result<void> read_raw_band(const BandShape& shape, ByteSpan samples,
                           typename Samples::Colour* colours) {
  constexpr std::size_t kBytes = Samples::kLaneBits / 8;
  const std::size_t pixel_bytes = kBytes * shape.planes;
  if (samples.size() != pixel_bytes * pixels_of(shape))
    return Error{ErrorCode::kCorrupt, "a band of plain samples has the wrong size", 1, "VC-49"};
  for (std::size_t i = 0; i < samples.size(); i += pixel_bytes) {
    typename Samples::Colour colour = 0;
    for (std::size_t b = 0; b < pixel_bytes; ++b)
      colour |= typename Samples::Colour{samples[i + b]} << (8 * b);
    *colours++ = colour;
  }
  return {};
}

// YCoCg's differences do not fit the bytes that colours' components are told by (VC-48).
bool is_mode(int byte) {
  const int transform = byte & 3;
  return byte < 8 && transform < kColourTransforms &&
         (byte & kRepeatsBit && transform == static_cast<int>(ColourTransform::kYCoCg)) == 0;
}

}  // namespace

template <typename Samples>
Bytes write_band(const BandShape& shape, const BandPlan& plan,
                 const typename Samples::Colour* colours) {
  std::vector<SymbolEncoder> encoders(shape.planes);
  {
    BandCoder<Samples, SymbolEncoder> coder(shape, plan.mode, encoders);
    const std::vector<bool> none;
    std::vector<typename Samples::Colour> row(shape.width);
    for (int y = 0; y < shape.rows; ++y) {
      std::copy_n(colours + std::size_t{1} * y * shape.width, shape.width, row.begin());
      coder.code_row(y, row.data(), plan.mode.repeats ? plan.repeats[y / kBlockSide] : none);
    }
  }
  std::vector<Bytes> streams;
  for (SymbolEncoder& encoder : encoders) streams.push_back(encoder.finish());
  ByteWriter writer;
  writer.u8(mode_byte(plan.mode));
  for (std::size_t p = 0; p + 1 < streams.size(); ++p) writer.varint(streams[p].size());
  for (const Bytes& stream : streams) writer.bytes(stream);
  return writer.take();
}

template <typename Samples>
Bytes write_raw_band(const BandShape& shape, const typename Samples::Colour* colours) {
  constexpr int kBytes = Samples::kLaneBits / 8;
  Bytes bytes = {kRawMode};
  for (std::size_t i = 0; i < pixels_of(shape); ++i)
    for (int b = 0; b < kBytes * shape.planes; ++b)
      bytes.push_back(static_cast<std::uint8_t>(colours[i] >> (8 * b)));
  return bytes;
}

template <typename Samples>
Result<void> read_band(const BandShape& shape, ByteSpan bytes, typename Samples::Colour* colours) {
  ByteReader reader(bytes);
  reader.set_rule("VC-49");
  const int byte = reader.u8();
  if (reader.ok() && byte == kRawMode)
    return read_raw_band<Samples>(shape, bytes.subspan(1), colours);
  if (reader.ok() && !is_mode(byte))
    return Error{ErrorCode::kCorrupt, "a band of samples has an unknown mode", 0, "VC-48"};
  std::vector<std::uint64_t> lengths;
  for (int p = 0; p + 1 < shape.planes; ++p) lengths.push_back(reader.varint());
  std::vector<SymbolDecoder> decoders;
  std::vector<std::uint64_t> offsets;
  for (int p = 0; p < shape.planes; ++p) {
    offsets.push_back(reader.offset());
    decoders.emplace_back(reader.bytes(p + 1 < shape.planes ? lengths[p] : reader.remaining()));
  }
  if (!reader.ok()) return reader.error();

  const BandMode mode = {static_cast<ColourTransform>(byte & 3), (byte & kRepeatsBit) != 0};
  BandCoder<Samples, SymbolDecoder> coder(shape, mode, decoders);
  const auto has_failed = [&] {
    return std::any_of(decoders.begin(), decoders.end(), [](auto& d) { return d.failed(); });
  };
  for (int y = 0; y < shape.rows && !has_failed(); ++y)
    coder.code_row(y, colours + std::size_t{1} * y * shape.width, {});
  for (int p = 0; p < shape.planes; ++p) {
    if (has_failed() && !decoders[p].failed()) continue;
    if (auto end = decoders[p].finish(); !end) {
      Error error = end.error();
      error.offset += offsets[p];
      return error;
    }
  }
  return {};
}

template Bytes write_band<NarrowSamples>(const BandShape&, const BandPlan&, const std::uint32_t*);
template Bytes write_band<WideSamples>(const BandShape&, const BandPlan&, const std::uint64_t*);
template Bytes write_raw_band<NarrowSamples>(const BandShape&, const std::uint32_t*);
template Bytes write_raw_band<WideSamples>(const BandShape&, const std::uint64_t*);
template Result<void> read_band<NarrowSamples>(const BandShape&, ByteSpan, std::uint32_t*);
template Result<void> read_band<WideSamples>(const BandShape&, ByteSpan, std::uint64_t*);

}  // namespace vaecomp
