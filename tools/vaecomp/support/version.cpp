// What a report of a fault should say of the program.
#include "tools/vaecomp/support/version.h"

#include <CLI/Version.hpp>

#include "tools/image_io/library_versions.h"
#include "tools/vaecomp/support/options.h"
#include "tools/vaecomp/support/output.h"
#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

Status print_version() {
  const Result<DecoderModel> model = DecoderModel::load_default();
  if (!model) return Failure{"built-in model", model.error()};
  const BuildInfo build = build_info();
  std::string text = "vaecomp " + version() + "\n";
  text += "model      " + model_id_text(model->id()) + " (" + card_entry(*model, "name") + ")\n";
  text += "kernels    " + build.kernels + "\n";
  text += "libraries  ";
  for (const auto& [name, number] : image_library_versions()) text += name + " " + number + ", ";
  for (const auto& [name, number] : build.libraries) text += name + " " + number + ", ";
  text += "CLI11 " CLI11_VERSION "\n";
  return print(printable(text));
}

}  // namespace vaecomp
