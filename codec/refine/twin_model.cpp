// Binds the twins from the model file that the exact networks came from.
#include "codec/refine/twin_model.h"

#include <string>

namespace vaecomp {

Result<TwinModel> TwinModel::build(const Model::Impl& model, int quality) {
  const ModelFile& file = *model.file;
  const auto twin = [&](const std::string& name) {
    return TwinNetwork::build(file, *file.find_network(name), quality);
  };
  Result<TwinNetwork> hyper_synthesis = twin("hyper_synthesis");
  if (!hyper_synthesis) return hyper_synthesis.error();
  Result<TwinNetwork> synthesis = twin("synthesis");
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
