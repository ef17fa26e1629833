// vaecomp model info: what is inside of a model file.
#include "vaecomp/model_info.hpp"

#include <cstdio>
#include <memory>

#include "tools/vaecomp/commands/commands.h"
#include "tools/vaecomp/support/json.h"
#include "tools/vaecomp/support/names.h"
#include "tools/vaecomp/support/output.h"

namespace vaecomp {
namespace {

std::string shape_text(const TensorInfo& tensor) {
  std::string text = "[";
  for (const std::uint32_t dim : tensor.shape) {
    if (text.size() > 1) text += ", ";
    text += std::to_string(dim);
  }
  return text + "]";
}

const char* arithmetic_name(const NetworkInfo& network) {
  return network.exact ? "exact" : "float";
}

std::string as_json(const std::string& name, const ModelInfo& model) {
  JsonWriter json;
  json.begin_object();
  json.field("file", name).field("bytes", model.bytes).field("id", model_id_text(model.id));
  json.key("card").begin_object();
  for (const auto& [key, text] : model.card) json.field(key, text);
  json.end_object();
  json.field("encode_kmac_per_pixel", model.cost.encode / 1000);
  json.field("decode_kmac_per_pixel", model.cost.decode / 1000);
  json.key("networks").begin_array();
  for (const NetworkInfo& network : model.networks) {
    json.begin_object();
    json.field("name", network.name);
    json.field("arithmetic", arithmetic_name(network));
    json.key("input_channels").begin_array();
    for (const int channels : network.input_channels) json.value(channels);
    json.end_array();
    json.field("layers", network.layers);
    json.field("parameters", network.parameters);
    json.field("kmac_per_pixel", network.macs_per_pixel / 1000);
    json.end_object();
  }
  json.end_array();
  json.key("tensors").begin_array();
  for (const TensorInfo& tensor : model.tensors) {
    json.begin_object();
    json.field("name", tensor.name).field("type", tensor.type);
    json.key("shape").begin_array();
    for (const std::uint32_t dim : tensor.shape) json.value(dim);
    json.end_array();
    json.end_object();
  }
  json.end_array();
  json.end_object();
  return json.text();
}

template <typename... Args>
std::string formatted(const char* format, Args... args) {
  char line[512];
  std::snprintf(line, sizeof line, format, args...);
  return line;
}

std::string as_text(const std::string& name, const ModelInfo& model) {
  std::string text =
      "file  " + quoted_name(name) + " (" + std::to_string(model.bytes) + " bytes)\n";
  text += "id    " + model_id_text(model.id) + "\n";
  text += formatted("cost  %.2f kMAC per pixel to encode, %.2f to decode, at quality 100\n",
                    model.cost.encode / 1000, model.cost.decode / 1000);
  for (const auto& [key, entry] : model.card) {
    text += "\n" + key + ":\n" + entry;
    if (!entry.ends_with('\n')) text += "\n";
  }
  text += formatted("\n%-20s %-6s %7s %11s %9s\n", "network", "kind", "layers", "parameters",
                    "kMAC/px");
  for (const NetworkInfo& network : model.networks) {
    text +=
        formatted("%-20s %-6s %7zu %11llu %9.3f\n", network.name.c_str(), arithmetic_name(network),
                  network.layers, static_cast<unsigned long long>(network.parameters),
                  network.macs_per_pixel / 1000);
  }
  text += formatted("\n%-40s %-4s %s\n", "tensor", "type", "shape");
  for (const TensorInfo& tensor : model.tensors) {
    text += formatted("%-40s %-4s %s\n", tensor.name.c_str(), tensor.type.c_str(),
                      shape_text(tensor).c_str());
  }
  return printable(text);
}

}  // namespace

void add_model(CLI::App& app, Selected& selected) {
  CLI::App* model = app.add_subcommand("model", "Look into models");
  model->require_subcommand(1);
  model->footer("Examples:\n  vaecomp model info");
  CLI::App* command =
      model->add_subcommand("info", "Show a model's id, card, networks and tensors");
  const auto args = std::make_shared<ModelInfoArgs>();
  command->add_option("FILE", args->input, "Model file (.vaem); the built-in model if left out")
      ->type_name("");
  command->add_flag("--json", args->json, "Write JSON");
  command->footer("Examples:\n  vaecomp model info\n  vaecomp model info my.vaem --json");
  command->callback([args, &selected] { selected.run = [args] { return run_model_info(*args); }; });
}

Status run_model_info(const ModelInfoArgs& args) {
  std::optional<ModelInfo> model;
  if (Status failed = load_model(args.input, model)) return failed;
  const std::string name = model_name(args.input);
  return print(args.json ? as_json(name, *model) : as_text(name, *model));
}

}  // namespace vaecomp
