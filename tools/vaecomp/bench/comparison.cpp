// Trials for equal PSNR, then turns.
#include "tools/vaecomp/bench/comparison.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <memory>
#include <utility>

#include "tools/vaecomp/bench/process_memory.h"
#include "tools/vaecomp/bench/work_folder.h"
#include "tools/vaecomp/picture/comparable.h"
#include "tools/vaecomp/picture/picture_output.h"
#include "tools/vaecomp/support/input.h"
#include "tools/vaecomp/support/output.h"

namespace vaecomp {
namespace {

constexpr const char* kStem = "picture";
constexpr int kTrials = 4;
constexpr double kNearEnough = 0.1;   // dB
constexpr double kFirstQuality = 80;  // of a rival
constexpr double kUsualSlope = 0.2;   // dB a step of quality, until two trials say better
constexpr double kLeastSlope = 0.05;

// PSNR of what the codec makes of the picture at a quality, and how many bytes that takes.
Result<CodecComparison> trial(const CodecCommands& codec, double quality, const Image& original,
                              const std::string& stem) {
  CodecComparison result{.codec = codec, .quality = quality};
  if (const auto run = run_child(codec.encode_words(stem, quality)); !run) return run.error();
  if (const auto run = run_child(codec.decode_words(stem)); !run) return run.error();
  const Result<Bytes> file = read_input(codec.output(stem));
  if (!file) return file.error();
  Result<Image> decoded = read_picture(*file, {.limits = {.max_pixels = kMaxInputBytes}});
  if (!decoded) return decoded.error();
  if (decoded->width != original.width || decoded->height != original.height)
    return Error{ErrorCode::kCorrupt, codec.name + " changed the size"};
  Image first = original, second = with_8_bits(*std::move(decoded));
  make_comparable(first, second);
  result.psnr = colour_psnr(first, second);
  std::error_code ignored;
  result.stream_bytes = std::filesystem::file_size(codec.stream(stem), ignored);
  return result;
}

// The trial that comes nearest to `psnr`: each goes where a line through the last two leads.
Result<CodecComparison> nearest_trial(const CodecCommands& codec, double psnr,
                                      const Image& original, const std::string& stem) {
  double quality = kFirstQuality, slope = kUsualSlope;
  Result<CodecComparison> best = trial(codec, quality, original, stem);
  if (!best) return best;
  double last_quality = quality, last_psnr = best->psnr;
  for (int i = 1; i < kTrials && std::abs(best->psnr - psnr) > kNearEnough; ++i) {
    quality = std::round(last_quality + (psnr - last_psnr) / slope);
    quality = std::clamp(quality, codec.least_quality, codec.most_quality);
    if (!std::isfinite(quality) || quality == last_quality) break;
    Result<CodecComparison> next = trial(codec, quality, original, stem);
    if (!next) return next;
    slope = std::max(kLeastSlope, (next->psnr - last_psnr) / (quality - last_quality));
    last_quality = quality;
    last_psnr = next->psnr;
    if (std::abs(next->psnr - psnr) < std::abs(best->psnr - psnr)) best = std::move(next);
  }
  return best;
}

Result<std::vector<CodecComparison>> choose_qualities(const Image& original,
                                                      const ComparisonPlan& plan,
                                                      const std::vector<CodecCommands>& rivals,
                                                      const std::string& stem) {
  std::vector<CodecComparison> all;
  for (const int effort : plan.efforts) {
    auto own = trial(own_commands(effort, plan.model), plan.quality, original, stem);
    if (!own) return own.error();
    all.push_back(*std::move(own));
  }
  for (const CodecCommands& rival : rivals) {
    auto nearest = nearest_trial(rival, all.front().psnr, original, stem);
    if (!nearest) return nearest.error();
    all.push_back(*std::move(nearest));
  }
  return all;
}

// The picture that everyone gets: what all of them keep.
Result<void> write_common_form(Image& image, const std::string& path) {
  image = with_8_bits(std::move(image));
  image.alpha = {};
  image.metadata = {};
  const Result<Bytes> file = write_picture(image.view(), PictureFormat::kPng, {.png_level = 0});
  if (!file) return file.error();
  if (const Status failed = write_output(path, *file)) return failed->error;
  return {};
}

}  // namespace

Result<std::vector<CodecComparison>> compare_codecs(Image image, const ComparisonPlan& plan,
                                                    const std::function<void()>& step) {
  const std::vector<CodecCommands> rivals = installed_rivals();
  std::vector<std::string> names = {std::string(kStem) + ".png"};
  std::vector<CodecCommands> everyone = rivals;
  for (const int effort : plan.efforts) everyone.push_back(own_commands(effort, plan.model));
  for (const CodecCommands& codec : everyone)
    names.insert(names.end(), {codec.stream(kStem), codec.output(kStem)});
  const auto folder = WorkFolder::create(names);
  if (!folder) return folder.error();
  const std::string stem = (*folder)->path(kStem);
  if (const auto written = write_common_form(image, stem + ".png"); !written)
    return written.error();
  auto all = choose_qualities(image, plan, rivals, stem);
  if (!all) return all;
  image = Image();
  return_freed_memory();
  forget_memory_peak();
  for (int turn = 0; turn < plan.repeats; ++turn) {
    for (CodecComparison& each : *all) {
      const auto encoded = run_child(each.codec.encode_words(stem, each.quality));
      if (!encoded) return encoded.error();
      const auto decoded = run_child(each.codec.decode_words(stem));
      if (!decoded) return decoded.error();
      each.encodes.push_back(*encoded);
      each.decodes.push_back(*decoded);
    }
    step();
  }
  return all;
}

}  // namespace vaecomp
