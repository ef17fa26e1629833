// vaecomp signature: whether this build computes what every other does.
#include "vaecomp/signature.hpp"

#include <memory>
#include <optional>

#include "tools/vaecomp/commands/commands.h"
#include "tools/vaecomp/support/output.h"

namespace vaecomp {

void add_signature(CLI::App& app, Selected& selected) {
  CLI::App* command = app.add_subcommand(
      "signature", "Show a hash of all that must be equal on every machine, which this one makes");
  const auto args = std::make_shared<SignatureArgs>();
  add_model_option(*command, args->model);
  command->footer(
      "Streams of made-up pictures, their latents and their pixels, found with each set of\n"
      "instructions that the processor has and with 1 to 4 threads. The number depends on the\n"
      "program's version and the model alone: builds that print another are broken.\n"
      "Examples:\n"
      "  vaecomp signature\n"
      "  vaecomp signature --model my.vaem");
  command->callback([args, &selected] { selected.run = [args] { return run_signature(*args); }; });
}

Status run_signature(const SignatureArgs& args) {
  std::optional<DecoderModel> model;
  if (Status failed = load_model(args.model, model)) return failed;
  const Result<Signature> found = signature(*model);
  if (!found) return Failure{model_name(args.model), found.error()};
  return print(model_id_text(found->hash) + "\n");
}

}  // namespace vaecomp
