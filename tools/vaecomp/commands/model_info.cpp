// vaecomp model info: what is inside of a model file.
#include <cstdio>
#include <memory>

#include "format/model_file.h"
#include "tools/vaecomp/commands/commands.h"
#include "tools/vaecomp/commands/model_cost.h"
#include "tools/vaecomp/support/json.h"
#include "tools/vaecomp/support/model_bytes.h"
#include "tools/vaecomp/support/names.h"
#include "tools/vaecomp/support/output.h"

namespace vaecomp {
namespace {

std::string_view type_name(TensorType type) {
  switch (type) {
    case TensorType::kI8:
      return "i8";
    case TensorType::kI16:
      return "i16";
    case TensorType::kI32:
      return "i32";
    case TensorType::kU8:
      return "u8";
    case TensorType::kU16:
      return "u16";
    case TensorType::kF32:
      return "f32";
  }
  return "?";
}

std::string shape_text(const NamedTensor& tensor) {
  std::string text = "[";
  for (const std::uint32_t dim : tensor.dims) {
    if (text.size() > 1) text += ", ";
    text += std::to_string(dim);
  }
  return text + "]";
}

const char* arithmetic_name(const NetworkRecord& network) {
  return network.arithmetic == Arithmetic::kExact ? "exact" : "float";
}

std::string as_json(const std::string& name, std::uint64_t bytes, const ModelFile& file) {
  const std::vector<NetworkCost> costs = network_costs(file);
  const CodecCost total = codec_cost(costs);
  JsonWriter json;
  json.begin_object();
  json.field("file", name).field("bytes", bytes).field("id", model_id_text(file.id));
  json.key("card").begin_object();
  for (const auto& [key, text] : file.card) json.field(key, text);
  json.end_object();
  json.field("encode_kmac_per_pixel", total.encode / 1000);
  json.field("decode_kmac_per_pixel", total.decode / 1000);
  json.key("networks").begin_array();
  for (const NetworkCost& cost : costs) {
    json.begin_object();
    json.field("name", cost.network->name);
    json.field("arithmetic", arithmetic_name(*cost.network));
    json.key("input_channels").begin_array();
    for (const NetworkInput& input : cost.network->inputs) json.value(input.channels);
    json.end_array();
    json.field("layers", cost.network->layers.size());
    json.field("parameters", cost.parameters);
    json.field("kmac_per_pixel", cost.macs_per_pixel / 1000);
    json.end_object();
  }
  json.end_array();
  json.key("tensors").begin_array();
  for (const NamedTensor& tensor : file.tensors) {
    json.begin_object();
    json.field("name", tensor.name).field("type", type_name(tensor.type()));
    json.key("shape").begin_array();
    for (const std::uint32_t dim : tensor.dims) json.value(dim);
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

std::string as_text(const std::string& name, std::uint64_t bytes, const ModelFile& file) {
  const std::vector<NetworkCost> costs = network_costs(file);
  const CodecCost total = codec_cost(costs);
  std::string text = "file  " + quoted_name(name) + " (" + std::to_string(bytes) + " bytes)\n";
  text += "id    " + model_id_text(file.id) + "\n";
  text += formatted("cost  %.2f kMAC per pixel to encode, %.2f to decode, at quality 100\n",
                    total.encode / 1000, total.decode / 1000);
  for (const auto& [key, entry] : file.card) {
    text += "\n" + key + ":\n" + entry;
    if (!entry.ends_with('\n')) text += "\n";
  }
  text += formatted("\n%-20s %-6s %7s %11s %9s\n", "network", "kind", "layers", "parameters",
                    "kMAC/px");
  for (const NetworkCost& cost : costs) {
    text += formatted("%-20s %-6s %7zu %11llu %9.3f\n", cost.network->name.c_str(),
                      arithmetic_name(*cost.network), cost.network->layers.size(),
                      static_cast<unsigned long long>(cost.parameters), cost.macs_per_pixel / 1000);
  }
  text += formatted("\n%-40s %-4s %s\n", "tensor", "type", "shape");
  for (const NamedTensor& tensor : file.tensors) {
    text += formatted("%-40s %-4s %s\n", tensor.name.c_str(), type_name(tensor.type()).data(),
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
  const std::string name = args.input.empty() ? "built-in model" : shown_name(args.input, false);
  const Result<Bytes> bytes = read_model_bytes(args.input);
  if (!bytes) return Failure{name, bytes.error()};
  // A model that does not load is no model, however well its file is formed.
  if (const Result<Model> loaded = Model::load(*bytes); !loaded)
    return Failure{name, loaded.error()};
  const Result<ModelFile> file = read_model_file(*bytes);
  if (!file) return Failure{name, file.error()};
  const std::uint64_t size = bytes->size();
  return print(args.json ? as_json(name, size, *file) : as_text(name, size, *file));
}

}  // namespace vaecomp
