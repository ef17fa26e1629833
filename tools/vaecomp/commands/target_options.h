// --target-size, --target-bpp, --target-psnr, --target-ssim: what to aim at instead of a quality.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <optional>
#include <string>

#include "tools/vaecomp/support/status.h"
#include "vaecomp/target.hpp"

namespace vaecomp {

// At most one is given.
struct TargetArgs {
  std::string size;  // as parse_size() reads it; empty: not given
  std::optional<double> bpp, psnr, ssim;
};

// Declares the four options, each of which excludes the others and `quality`.
void add_target_options(CLI::App& command, TargetArgs& args, CLI::Option* quality);

// "200000", "200k", "1.5M", "64KiB": k and M (or K, kB, MB) are powers of 1000; Ki and Mi (or KiB,
// MiB) of 1024. Rounded down. Errors: kInvalidArgument for anything else and for nothing.
Result<std::uint64_t> parse_size(const std::string& text);

// The target for this picture, which it borrows; nothing if none was asked for. PSNR and MS-SSIM
// are those of `vaecomp compare`. Errors: kInvalidArgument (a size that is none, MS-SSIM of a
// picture that is too small for it).
Result<std::optional<Target>> make_target(const TargetArgs& args, const Image& image);

// Encodes with this target; a target that cannot be met is an error that says what can be. Errors:
// kLimit for that; those of encode_to().
Result<TargetedStream> encode_or_refuse(const Model& model, const Image& image,
                                        const TargetArgs& args, const Target& target,
                                        const EncodeOptions& options);

}  // namespace vaecomp
