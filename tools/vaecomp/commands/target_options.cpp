// Targets from the command line's words.
#include "tools/vaecomp/commands/target_options.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <string_view>
#include <utility>

#include "tools/metrics/metrics.h"
#include "tools/vaecomp/picture/comparable.h"
#include "tools/vaecomp/support/values.h"

namespace vaecomp {
namespace {

constexpr double kLargestSize = 1e15;

struct Unit {
  std::string_view name;
  double bytes;
};

constexpr Unit kUnits[] = {{"", 1},      {"B", 1},      {"k", 1e3},          {"K", 1e3},
                           {"kB", 1e3},  {"KB", 1e3},   {"M", 1e6},          {"MB", 1e6},
                           {"Ki", 1024}, {"KiB", 1024}, {"Mi", 1024 * 1024}, {"MiB", 1024 * 1024}};

// MS-SSIM lies so near to 1 that differences show on this scale only.
double as_decibels(double index) {
  return index < 1 ? -10 * std::log10(1 - index) : std::numeric_limits<double>::infinity();
}
double from_decibels(double decibels) { return 1 - std::pow(10, -decibels / 10); }

// Brings both into the form in which `vaecomp compare` measures.
std::pair<Image, Image> comparable(const Image& original, Image decoded) {
  decoded.metadata.exif = original.metadata.exif;
  std::pair<Image, Image> both(as_shown(original), as_shown(std::move(decoded)));
  make_comparable(both.first, both.second);
  return both;
}

double psnr_between(const Image& original, const Image& decoded) {
  const auto [a, b] = comparable(original, decoded);
  return colour_psnr(a, b);
}

double ms_ssim_between(const Image& original, const Image& decoded) {
  auto [a, b] = comparable(original, decoded);
  a = with_8_bits(std::move(a));
  b = with_8_bits(std::move(b));
  return as_decibels(ms_ssim(a.view(), b.view()).value_or(0));
}

std::string number_text(const char* format, double number) {
  char text[64];
  std::snprintf(text, sizeof text, format, number);
  return text;
}

std::string unmet_text(const TargetArgs& args, const Target& target, const TargetedStream& best) {
  if (const auto* size = std::get_if<SizeTarget>(&target)) {
    return "cannot be made as small as " + std::to_string(size->bytes) + " bytes: the least is " +
           std::to_string(best.stream.size());
  }
  if (args.ssim) {
    return "cannot reach an MS-SSIM of " + number_text("%g", *args.ssim) + ": the best is " +
           number_text("%.6f", from_decibels(best.score));
  }
  return "cannot reach a PSNR of " + number_text("%g dB", args.psnr.value_or(0)) +
         ": the best is " + number_text("%.4f dB", best.score);
}

}  // namespace

void add_target_options(CLI::App& command, TargetArgs& args, CLI::Option* quality) {
  const CLI::Validator is_size(
      [](const std::string& text) {
        const Result<std::uint64_t> size = parse_size(text);
        return size ? std::string() : size.error().text;
      },
      "");
  CLI::Option* const options[] = {
      quality,
      command
          .add_option("--target-size", args.size,
                      "Largest file of at most so many bytes: 200000, 200k, 1.5M, 64KiB")
          ->check(is_size)
          ->type_name("SIZE"),
      command
          .add_option("--target-bpp", args.bpp, "The same in bits per pixel, for the whole file")
          ->check(real_number("a number of bits per pixel", 1e-6, 1000))
          ->type_name("BITS"),
      command.add_option("--target-psnr", args.psnr, "Smallest file that is as good as so many dB")
          ->check(real_number("a PSNR", 1, 200))
          ->type_name("DB"),
      command.add_option("--target-ssim", args.ssim, "The same for an MS-SSIM of 0 .. 1")
          ->check(real_number("an MS-SSIM", 0, 0.999999))
          ->type_name("X"),
  };
  for (CLI::Option* option : options) {
    for (CLI::Option* other : options) {
      if (option != other) option->excludes(other);
    }
  }
}

Result<std::uint64_t> parse_size(const std::string& text) {
  const Error bad{ErrorCode::kInvalidArgument,
                  "'" + text + "' is no size: 200000, 200k, 1.5M or 64KiB"};
  // Not for strtod alone, which knows signs, hexadecimals and infinity.
  const std::size_t digits = std::min(text.find_first_not_of("0123456789."), text.size());
  const std::string number = text.substr(0, digits);
  if (number.empty() || number == "." || std::count(number.begin(), number.end(), '.') > 1)
    return bad;
  const std::string_view name = std::string_view(text).substr(digits);
  const Unit* unit = std::find_if(std::begin(kUnits), std::end(kUnits),
                                  [&](const Unit& candidate) { return candidate.name == name; });
  if (unit == std::end(kUnits)) return bad;
  const double bytes = std::strtod(number.c_str(), nullptr) * unit->bytes;
  if (bytes < 1 || bytes > kLargestSize) return bad;
  return static_cast<std::uint64_t>(bytes);
}

Result<std::optional<Target>> make_target(const TargetArgs& args, const Image& image) {
  if (!args.size.empty()) {
    const Result<std::uint64_t> bytes = parse_size(args.size);
    if (!bytes) return bytes.error();
    return std::optional<Target>(SizeTarget{*bytes});
  }
  if (args.bpp) {
    const double bits = *args.bpp * image.width * image.height;
    return std::optional<Target>(SizeTarget{static_cast<std::uint64_t>(bits / 8)});
  }
  if (args.psnr) {
    return std::optional<Target>(ScoreTarget{
        *args.psnr, [&image](const Image& decoded) { return psnr_between(image, decoded); }});
  }
  if (args.ssim) {
    if (std::min(image.width, image.height) < kMsSsimSmallestSide) {
      return Error{ErrorCode::kInvalidArgument, "MS-SSIM is not defined for sides under " +
                                                    std::to_string(kMsSsimSmallestSide) +
                                                    " pixels: use --target-psnr"};
    }
    return std::optional<Target>(
        ScoreTarget{as_decibels(*args.ssim),
                    [&image](const Image& decoded) { return ms_ssim_between(image, decoded); }});
  }
  return std::optional<Target>();
}

Result<TargetedStream> encode_or_refuse(const Model& model, const Image& image,
                                        const TargetArgs& args, const Target& target,
                                        const EncodeOptions& options) {
  Result<TargetedStream> result = encode_to(model, image.view(), target, options);
  if (!result || result->met) return result;
  return Error{ErrorCode::kLimit, unmet_text(args, target, *result)};
}

}  // namespace vaecomp
