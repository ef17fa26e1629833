// Code points of ITU-T H.273 and PNG's older chunks.
#include "tools/image_io/colour_facts.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <string_view>

#include "tools/image_io/big_endian.h"

namespace vaecomp {
namespace {

constexpr Chromaticity kD65{0.3127, 0.3290}, kIlluminantC{0.310, 0.316}, kDciWhite{0.314, 0.351};
constexpr Primaries kBt709{kD65, {0.64, 0.33}, {0.30, 0.60}, {0.15, 0.06}};
constexpr Primaries kSmpte170{kD65, {0.630, 0.340}, {0.310, 0.595}, {0.155, 0.070}};

constexpr TransferCurve kSrgbCurve{2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045};
constexpr TransferCurve kBt709Curve{1 / 0.45, 1 / 1.099, 0.099 / 1.099, 1 / 4.5, 0.081};
constexpr TransferCurve kSmpte240Curve{1 / 0.45, 1 / 1.1115, 0.1115 / 1.1115, 1 / 4.0, 0.0912};

struct PrimariesRow {
  int code;
  const char* name;
  Primaries primaries;
};

// H.273, table 2, without XYZ and reserved codes.
constexpr PrimariesRow kPrimaries[] = {
    {1, "BT.709", kBt709},
    {4, "BT.470 M", {kIlluminantC, {0.67, 0.33}, {0.21, 0.71}, {0.14, 0.08}}},
    {5, "BT.470 B/G", {kD65, {0.64, 0.33}, {0.29, 0.60}, {0.15, 0.06}}},
    {6, "SMPTE 170M", kSmpte170},
    {7, "SMPTE 240M", kSmpte170},
    {8, "film", {kIlluminantC, {0.681, 0.319}, {0.243, 0.692}, {0.145, 0.049}}},
    {9, "BT.2020", {kD65, {0.708, 0.292}, {0.170, 0.797}, {0.131, 0.046}}},
    {11, "DCI-P3", {kDciWhite, {0.680, 0.320}, {0.265, 0.690}, {0.150, 0.060}}},
    {12, "P3", {kD65, {0.680, 0.320}, {0.265, 0.690}, {0.150, 0.060}}},
    {22, "EBU 3213", {kD65, {0.630, 0.340}, {0.295, 0.605}, {0.155, 0.077}}}};

struct TransferRow {
  int code;
  const char* name;
  std::optional<TransferCurve> curve;  // none: no curve that a profile would have
};

// H.273, table 3; within 0 .. 1, 11, 12, 14 and 15 are as 1.
constexpr TransferRow kTransfers[] = {{1, "BT.709", kBt709Curve},
                                      {4, "gamma 2.2", TransferCurve{.gamma = 2.2}},
                                      {5, "gamma 2.8", TransferCurve{.gamma = 2.8}},
                                      {6, "SMPTE 170M", kBt709Curve},
                                      {7, "SMPTE 240M", kSmpte240Curve},
                                      {8, "linear", TransferCurve{}},
                                      {9, "logarithmic", std::nullopt},
                                      {10, "logarithmic", std::nullopt},
                                      {11, "xvYCC", kBt709Curve},
                                      {12, "BT.1361", kBt709Curve},
                                      {13, "sRGB", kSrgbCurve},
                                      {14, "BT.2020", kBt709Curve},
                                      {15, "BT.2020", kBt709Curve},
                                      {16, "PQ", std::nullopt},
                                      {17, "gamma 2.6", TransferCurve{.gamma = 2.6}},
                                      {18, "HLG", std::nullopt}};
constexpr int kUnspecified = 2;

// The row with this code, or null.
template <typename Row, std::size_t kRows>
const Row* find_row(const Row (&rows)[kRows], int code) {
  const auto* found =
      std::find_if(rows, rows + kRows, [code](const Row& row) { return row.code == code; });
  return found == rows + kRows ? nullptr : found;
}

// The content of the first chunk of this type if it is as long as it must be, else nothing.
ByteSpan find_chunk(const Metadata& metadata, std::string_view type, std::size_t length) {
  for (const PngChunk& chunk : metadata.display)
    if (chunk.type == type && chunk.content.size() == length) return chunk.content;
  return {};
}

// PNG's numbers are in units of 1/100000.
double png_number(ByteSpan content, std::size_t at) { return load_be32(content, at) / 1e5; }

std::string number_text(double number) {
  char text[24];
  std::snprintf(text, sizeof text, "%.4g", number);
  return text;
}

std::optional<ColourFacts> cicp_facts(ByteSpan content, int channels) {
  if (content.empty()) return std::nullopt;
  const int primaries_code = content[0], transfer_code = content[1];
  if (primaries_code == kUnspecified && transfer_code == kUnspecified) return std::nullopt;
  const bool full_range = content[3] == 1;
  // What is left open is as nearly every picture has it; a grey one has no primaries.
  const bool no_primaries = primaries_code == kUnspecified || channels == 1;
  const auto* primaries = find_row(kPrimaries, no_primaries ? 1 : primaries_code);
  const auto* transfer = find_row(kTransfers, transfer_code == kUnspecified ? 13 : transfer_code);
  ColourFacts facts{.source = ColourSource::kCicp, .name = {}, .space = {}};
  if (!no_primaries) {
    facts.name =
        (primaries ? primaries->name : "unknown (" + std::to_string(primaries_code) + ")") +
        std::string(" primaries, ");
  }
  facts.name += (transfer ? transfer->name : "unknown (" + std::to_string(transfer_code) + ")") +
                std::string(" transfer") + (full_range ? "" : ", narrow range") + " (cICP)";
  if (primaries && transfer && transfer->curve && full_range)
    facts.space = {primaries->primaries, *transfer->curve};
  return facts;
}

bool near(Chromaticity a, Chromaticity b) {
  constexpr double kTolerance = 0.001;
  return std::abs(a.x - b.x) <= kTolerance && std::abs(a.y - b.y) <= kTolerance;
}

bool are_srgb(const Primaries& p) {
  return near(p.white, kBt709.white) && near(p.red, kBt709.red) && near(p.green, kBt709.green) &&
         near(p.blue, kBt709.blue);
}

std::optional<ColourFacts> gamma_facts(ByteSpan gamma, ByteSpan chromaticities, int channels) {
  if (channels == 1) chromaticities = {};
  // An exponent beyond these limits is a mistake.
  constexpr double kLeast = 0.1, kMost = 10, kSrgbGamma = 1 / 2.2, kTolerance = 0.01;
  const double encoding = gamma.empty() ? 0 : png_number(gamma, 0);
  const bool has_gamma = encoding >= kLeast && encoding <= kMost;
  if (!has_gamma && chromaticities.empty()) return std::nullopt;

  ColourFacts facts{.source = ColourSource::kGamma, .name = {}, .space = kSrgbSpace};
  const bool srgb_gamma = !has_gamma || std::abs(encoding / kSrgbGamma - 1) <= kTolerance;
  bool srgb_primaries = true;
  if (!chromaticities.empty()) {
    std::array<Chromaticity, 4> points;
    for (std::size_t i = 0; i < points.size(); ++i)
      points[i] = {png_number(chromaticities, 8 * i), png_number(chromaticities, 8 * i + 4)};
    const Primaries primaries{points[0], points[1], points[2], points[3]};
    srgb_primaries = are_srgb(primaries);
    if (!srgb_primaries) facts.space->primaries = primaries;
  }
  if (srgb_gamma && srgb_primaries) {
    facts.source = ColourSource::kSrgb;
    facts.name = "sRGB";
    return facts;
  }
  if (!srgb_primaries) facts.name = "primaries of their own, ";
  // Without gAMA the curve is the usual one.
  if (has_gamma) facts.space->transfer = {.gamma = 1 / encoding};
  facts.name += has_gamma ? "gamma " + number_text(1 / encoding) : "sRGB transfer";
  facts.name += srgb_primaries ? " (gAMA)" : has_gamma ? " (gAMA, cHRM)" : " (cHRM)";
  return facts;
}

}  // namespace

const ColourSpace kSrgbSpace{kBt709, kSrgbCurve};

ColourFacts colour_facts(const Metadata& metadata, int channels) {
  if (auto facts = cicp_facts(find_chunk(metadata, "cICP", 4), channels)) return *std::move(facts);
  if (!metadata.icc.empty()) return {.source = ColourSource::kIcc, .name = {}, .space = {}};
  if (!find_chunk(metadata, "sRGB", 1).empty())
    return {.source = ColourSource::kSrgb, .name = "sRGB", .space = kSrgbSpace};
  if (auto facts =
          gamma_facts(find_chunk(metadata, "gAMA", 4), find_chunk(metadata, "cHRM", 32), channels))
    return *std::move(facts);
  return {};
}

bool is_about_colours(const PngChunk& chunk) {
  constexpr std::string_view kTypes[] = {"cICP", "sRGB", "gAMA", "cHRM", "mDCV", "cLLI"};
  return std::find(std::begin(kTypes), std::end(kTypes), chunk.type) != std::end(kTypes);
}

}  // namespace vaecomp
