// vaecomp sample: a picture that the model makes up.
#include <charconv>
#include <memory>
#include <optional>

#include "tools/vaecomp/load_latents.h"
#include "tools/vaecomp/output.h"
#include "tools/vaecomp/picture_output.h"
#include "tools/vaecomp/study_commands.h"

namespace vaecomp {
namespace {

// Reads "WIDTHxHEIGHT".
bool parse_size(const std::string& text, int& width, int& height) {
  const char* const end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), end, width);
  if (first.ec != std::errc() || first.ptr == end || *first.ptr != 'x') return false;
  const auto second = std::from_chars(first.ptr + 1, end, height);
  return second.ec == std::errc() && second.ptr == end && width > 0 && height > 0;
}

}  // namespace

void add_sample(CLI::App& app, Selected& selected) {
  CLI::App* command =
      app.add_subcommand("sample", "Draw latents from the model's prior and decode them");
  const auto args = std::make_shared<SampleArgs>();
  command->add_option("-o,--output", args->output, "Picture to write; - for standard output")
      ->required()
      ->type_name("OUT");
  command->add_option("--seed", args->seed, "Which sample: a number from 0")
      ->capture_default_str()
      ->type_name("N");
  command->add_option("--size", args->size, "In pixels")->capture_default_str()->type_name("WxH");
  command->add_option("-q,--quality", args->quality, "0 .. 100: the prior is another for each")
      ->check(CLI::Range(0, 100))
      ->capture_default_str()
      ->type_name("Q");
  command->add_flag("--grey", args->grey, "Make a grey picture");
  add_threads_option(*command, args->threads);
  add_model_option(*command, args->model);
  add_limits_option(*command, args->limits);
  command->footer(
      "The same seed, size, quality and model give the same picture on every machine.\n"
      "Examples:\n"
      "  vaecomp sample --seed 3 -o dream.png\n"
      "  vaecomp sample --size 1024x1024 -q 20 -o dream.png");
  command->callback([args, &selected] { selected.run = [args] { return run_sample(*args); }; });
}

Status run_sample(const SampleArgs& args) {
  DrawOptions options{.seed = args.seed, .quality = args.quality, .grey = args.grey};
  options.threads = args.threads;
  options.limits = args.limits;
  if (!parse_size(args.size, options.width, options.height))
    return usage_error("--size is WIDTHxHEIGHT in pixels, as 768x512, not " + args.size);
  PictureFormat format{};
  if (Status failed = choose_format("", args.output, format)) return failed;
  if (Status failed = check_output(args.output, "-")) return failed;
  std::optional<Model> model;
  if (Status failed = load_model(args.model, model)) return failed;
  const Result<Latents> drawn = draw_latents(*model, options);
  if (!drawn) return Failure{"--size " + args.size, drawn.error()};
  return write_synthesised(*model, *drawn, {}, args.threads, args.limits, args.output);
}

}  // namespace vaecomp
