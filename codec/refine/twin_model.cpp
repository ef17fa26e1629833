// Binds the twins from the model file that the exact networks came from.
#include "codec/refine/twin_model.h"

#include <algorithm>
#include <string>

namespace vaecomp {

Result<TwinModel> TwinModel::build(const Model::Impl& model, int quality) {
  const ModelFile& file = *model.exact;
  const auto twin = [&](const std::string& name, int live = kMaxChannels) {
    return TwinNetwork::build(file, *file.find_network(name), quality, live);
  };
  Result<TwinNetwork> hyper_synthesis = twin("hyper_synthesis");
  if (!hyper_synthesis) return hyper_synthesis.error();
  int coded = 0;  // latents from here on are 0 at this quality
  for (const std::size_t s : model.steps_at(quality)) coded = std::max(coded, model.steps[s].end);
  Result<TwinNetwork> synthesis = twin("synthesis", coded);
  if (!synthesis) return synthesis.error();
  std::vector<TwinNetwork> context;
  for (std::size_t s = 0; s < model.steps.size(); ++s) {
    Result<TwinNetwork> step = twin("context." + std::to_string(s));
    if (!step) return step.error();
    context.push_back(*std::move(step));
  }
  return TwinModel{&model, quality, *std::move(hyper_synthesis), std::move(context),
                   *std::move(synthesis)};
}

}  // namespace vaecomp
