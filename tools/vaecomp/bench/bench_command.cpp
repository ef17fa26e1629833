// Options of the command, and its course.
#include "tools/vaecomp/bench/bench_command.h"

#include <algorithm>
#include <memory>
#include <thread>
#include <utility>

#include "tools/vaecomp/bench/bench_pictures.h"
#include "tools/vaecomp/bench/bench_report.h"
#include "tools/vaecomp/bench/comparison.h"
#include "tools/vaecomp/bench/comparison_report.h"
#include "tools/vaecomp/bench/number_list.h"
#include "tools/vaecomp/picture/comparable.h"
#include "tools/vaecomp/support/kernels_option.h"
#include "tools/vaecomp/support/output.h"
#include "tools/vaecomp/support/progress.h"
#include "tools/vaecomp/support/values.h"

namespace vaecomp {
namespace {

constexpr double kLeastMegapixels = 0.001, kMostMegapixels = 1000;
constexpr int kMaxRepeats = 1000;

std::vector<int> thread_counts(const std::string& list) {
  std::vector<int> counts;
  for (int threads : whole_numbers_of(list)) {
    if (threads == 0) threads = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
    if (std::ranges::find(counts, threads) == counts.end()) counts.push_back(threads);
  }
  return counts;
}

// Progress of work in equal steps.
class Steps {
 public:
  Steps(const char* name, std::size_t count, const MessageArgs& messages)
      : line_(name, !messages.quiet), count_(count) {}
  void take() { line_.update(static_cast<double>(++done_) / static_cast<double>(count_)); }

 private:
  ProgressLine line_;
  std::size_t count_, done_ = 0;
};

// What there is to say before anything is measured.
Status describe(const BenchArgs& args, const BenchPlan& plan, const Model& model,
                BenchReport& report) {
  std::optional<ModelInfo> info;
  if (Status failed = load_model(args.model, info)) return failed;
  if (plan.quality >= info->least_full_quality) report.cost = info->cost;
  report.kernels = build_info().kernels;
  report.model_id = model_id_text(model.id());
  report.model_name = card_entry(model, "name");
  report.quality = plan.quality;
  for (const int threads : plan.threads) report.peaks.emplace_back(threads, kernel_peak(threads));
  return std::nullopt;
}

std::string size_of(const Image& image) {
  return size_text(image.width, image.height, image.channels == 1 ? "grey" : "RGB", image.depth(),
                   !image.alpha.empty());
}

// The codec in memory.
Status measure_all(const BenchArgs& args, const std::vector<BenchPicture>& pictures) {
  const BenchPlan plan{.quality = args.quality,
                       .efforts = whole_numbers_of(args.efforts),
                       .threads = thread_counts(args.threads),
                       .repeats = args.repeats};
  std::optional<Model> model;
  if (Status failed = load_model(args.model, model)) return failed;
  BenchReport report;
  if (Status failed = describe(args, plan, *model, report)) return failed;
  Steps steps("bench", pictures.size() * plan.measurements() * plan.repeats, args.messages);
  for (const BenchPicture& picture : pictures) {
    Image image;
    if (Status failed = load(picture, args, image)) return failed;
    auto measurements = measure_codec(*model, image, plan, [&] { steps.take(); });
    if (!measurements) return Failure{picture.name(), measurements.error()};
    report.pictures.push_back({.name = picture.name(),
                               .size = size_of(image),
                               .width = image.width,
                               .height = image.height,
                               .measurements = *std::move(measurements)});
  }
  return print(args.json ? as_json(report) : as_text(report));
}

// Programs on files. The model stays on disk: this process is to be small when it starts others.
Status compare_all(const BenchArgs& args, const std::vector<BenchPicture>& pictures) {
  const ComparisonPlan plan{.quality = args.quality,
                            .efforts = whole_numbers_of(args.efforts),
                            .model = args.model,
                            .repeats = args.repeats};
  Steps steps("bench", pictures.size() * plan.repeats, args.messages);
  std::vector<PictureComparison> compared;
  for (const BenchPicture& picture : pictures) {
    Image image;
    if (Status failed = load(picture, args, image)) return failed;
    PictureComparison result{.name = picture.name(),
                             .size = size_of(image),
                             .width = image.width,
                             .height = image.height,
                             .codecs = {}};
    auto codecs = compare_codecs(std::move(image), plan, [&] { steps.take(); });
    if (!codecs) return Failure{picture.name(), codecs.error()};
    result.codecs = *std::move(codecs);
    compared.push_back(std::move(result));
  }
  return print(args.json ? comparison_as_json(compared) : comparison_as_text(compared));
}

}  // namespace

void add_bench(CLI::App& app, Selected& selected) {
  CLI::App* command =
      app.add_subcommand("bench", "Measure how fast this machine encodes and decodes");
  const auto args = std::make_shared<BenchArgs>();
  CLI::Option* inputs =
      command
          ->add_option("PICTURE", args->inputs,
                       "PNG, JPEG, PPM, PGM or PAM files; generated pictures if left out")
          ->type_name("");
  command->add_option("--megapixels", args->megapixels, "Sizes of the generated pictures")
      ->transform(list_of(real_number("a number of megapixels", kLeastMegapixels, kMostMegapixels)))
      ->excludes(inputs)
      ->capture_default_str()
      ->type_name("N,...");
  command->add_option("-q,--quality", args->quality, "0 (smallest) .. 100 (best)")
      ->transform(whole_number("a quality", 0, 100))
      ->capture_default_str()
      ->type_name("Q");
  command->add_option("-e,--effort", args->efforts, "Efforts to encode with, 1 .. 9")
      ->transform(list_of(whole_number("an effort", 1, 9)))
      ->capture_default_str()
      ->type_name("N,...");
  command
      ->add_option("-j,--threads", args->threads,
                   "Numbers of threads to work with; 0: as many as the machine has")
      ->transform(list_of(whole_number("a number of threads", 0, kMaxThreads)))
      ->capture_default_str()
      ->type_name("N,...");
  command
      ->add_option("--repeats", args->repeats,
                   "Runs of each kind; fewer of what takes longer than half a minute in all")
      ->transform(whole_number("a number of runs", 1, kMaxRepeats))
      ->capture_default_str()
      ->type_name("N");
  command->add_flag("--compare", args->compare,
                    "Run programs on files instead, this one beside those of WebP, AVIF and "
                    "JPEG XL that are installed, with one thread each, at about equal PSNR");
  command->add_flag("--json", args->json, "Write JSON");
  add_kernels_option(*command);
  add_model_option(*command, args->model);
  add_picture_options(*command, args->picture);
  add_message_options(*command, args->messages);
  command->footer(
      "Pictures are encoded and decoded in memory, without files. A line gives the median of the\n"
      "runs' time with the least and the most, processor time of all threads, pixels a second, "
      "the\n"
      "networks' multiplications a second, and memory at its peak beside the picture or stream.\n"
      "\"% of peak\" is the share of processor time that these multiplications would take at the\n"
      "speed that the same inner products reach on this machine when they do nothing else.\n"
      "Examples:\n"
      "  vaecomp bench\n"
      "  vaecomp bench photo.jpg -e 1,5,7 -j 1\n"
      "  vaecomp bench photo.jpg --compare\n"
      "  vaecomp bench --megapixels 12,50 --repeats 3 --json");
  command->callback([args, &selected] { selected.run = [args] { return run_bench(*args); }; });
}

Status run_bench(const BenchArgs& args) {
  const std::vector<BenchPicture> pictures = bench_pictures(args);
  return args.compare ? compare_all(args, pictures) : measure_all(args, pictures);
}

}  // namespace vaecomp
