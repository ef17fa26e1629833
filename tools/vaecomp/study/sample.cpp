// vaecomp sample: a picture that the model makes up.
#include <charconv>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <utility>

#include "tools/vaecomp/picture/picture_output.h"
#include "tools/vaecomp/picture/replacing.h"
#include "tools/vaecomp/study/load_latents.h"
#include "tools/vaecomp/study/study_commands.h"
#include "tools/vaecomp/support/output.h"
#include "tools/vaecomp/support/progress.h"
#include "tools/vaecomp/support/values.h"

namespace vaecomp {
namespace {

constexpr double kDrawShare = 0.4;  // of the whole work; synthesis is the rest

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
      ->transform(whole_number("a seed", 0, std::numeric_limits<std::uint64_t>::max()))
      ->capture_default_str()
      ->type_name("N");
  CLI::Option* size = command->add_option("--size", args->size, "In pixels")
                          ->capture_default_str()
                          ->type_name("WxH");
  command
      ->add_option("-q,--quality", args->quality,
                   "0 .. 100: the prior is another for each; by default 50, or that of --like")
      ->transform(whole_number("a quality", 0, 100))
      ->type_name("Q");
  CLI::Option* like =
      command
          ->add_option("--like", args->like,
                       "Picture or stream whose hyper latents are kept: only the latents are drawn")
          ->excludes(size)
          ->type_name("FILE");
  command->add_option("--keep", args->keep, "Keep also the latents of its first N context steps")
      ->transform(whole_number("a number of context steps", 0, 65535))
      ->needs(like)
      ->capture_default_str()
      ->type_name("N");
  command->add_flag("--grey", args->grey, "Make a grey picture")->excludes(like);
  add_threads_option(*command, args->threads);
  add_model_option(*command, args->model);
  add_picture_options(*command, args->picture);
  add_message_options(*command, args->messages);
  command->footer(
      "The same seed, size, quality and model give the same picture on every machine.\n"
      "Examples:\n"
      "  vaecomp sample --seed 3 -o dream.png\n"
      "  vaecomp sample --size 1024x1024 -q 20 -o dream.png\n"
      "  vaecomp sample --like photo.vaec --keep 1 -o half-remembered.png");
  command->callback([args, &selected] { selected.run = [args] { return run_sample(*args); }; });
}

Status run_sample(const SampleArgs& args) {
  DrawOptions options{.seed = args.seed, .grey = args.grey, .given_steps = args.keep};
  options.threads = args.threads;
  options.limits = args.picture.limits;
  if (!parse_size(args.size, options.width, options.height))
    return usage_error("--size is WIDTHxHEIGHT in pixels, as 768x512, not " + args.size);
  PictureFormat format{};
  if (Status failed = choose_format("", args.output, format)) return failed;
  const bool like = !args.like.empty();
  if (Status failed = check_output(args.output, like ? args.like : "-")) return failed;
  if (Status failed = check_named_output(args.output, Writes::kPictures, false)) return failed;

  LatentsSource source;
  if (like) {
    if (Status failed = open_source(args.like, args.picture, args.messages, source)) return failed;
    options.width = source.width;
    options.height = source.height;
    if (args.quality >= 0 && source.quality.value_or(args.quality) != args.quality) {
      return usage_error("is of quality " + std::to_string(*source.quality) + ", not " +
                             std::to_string(args.quality),
                         source.name);
    }
  }
  options.quality = args.quality >= 0 ? args.quality : source.quality.value_or(kDefaultQuality);
  std::optional<Model> model;
  if (Status failed = load_model(args.model, model)) return failed;
  StudiedLatents given;
  Metadata metadata;
  const std::string subject = like ? source.name : "--size " + args.size;
  if (like) {
    Status failed = load_latents(*model, std::move(source), options.quality, args.threads,
                                 args.picture.limits, given, metadata);
    if (failed) return failed;
    options.given = &given;
    options.grey = given.latents.header.grey();
    options.neutral = given.latents.header.neutral();
  }
  ProgressLine line("drawing", !args.messages.quiet);
  options.progress = [&line](double done) { return line.update(kDrawShare * done), true; };
  const Result<Latents> drawn = draw_latents(*model, options);
  if (!drawn) return Failure{subject, drawn.error()};
  const FileTraits traits = like ? traits_of(args.like, false) : FileTraits();
  return write_synthesised(*model, *drawn, metadata, args.threads, args.picture, args.messages,
                           args.output, traits);
}

}  // namespace vaecomp
