// Shared options.
#include "tools/vaecomp/support/options.h"

#include <cstdio>

#include "tools/vaecomp/support/input.h"
#include "tools/vaecomp/support/kernels_option.h"
#include "tools/vaecomp/support/values.h"
#include "vaecomp/model_info.hpp"
#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

void add_threads_option(CLI::App& command, int& threads) {
  command
      .add_option("-j,--threads", threads, "Threads to work with; 0: as many as the machine has")
      ->transform(whole_number("a number of threads", 0, kMaxThreads))
      ->type_name("N");
  add_kernels_option(command);
}

void add_model_option(CLI::App& command, std::string& path) {
  command.add_option("--model", path, "Model file to use instead of the built-in one")
      ->type_name("FILE.vaem");
}

void add_limits_option(CLI::App& command, Limits& limits) {
  command.add_option("--max-pixels", limits.max_pixels, "Refuse larger pictures")
      ->transform(whole_number("a number of pixels", 1, kMaxPixelsOption))
      ->capture_default_str()
      ->type_name("N");
  add_max_metadata_option(command, limits);
}

void add_max_metadata_option(CLI::App& command, Limits& limits) {
  command
      .add_option("--max-metadata", limits.max_metadata,
                  "Refuse more bytes of metadata, of all kinds together, unpacked")
      ->transform(whole_number("a number of bytes", 0, kMaxMetadata))
      ->capture_default_str()
      ->type_name("N");
}

namespace {

Result<ModelInfo> load(const ModelInfo*, const Bytes* file) {
  return file ? inspect_model(*file) : inspect_default_model();
}
template <typename AnyModel>
Result<AnyModel> load(const AnyModel*, const Bytes* file) {
  return file ? AnyModel::load(*file) : AnyModel::load_default();
}

}  // namespace

template <typename AnyModel>
Status load_model(const std::string& path, std::optional<AnyModel>& model) {
  Result<Bytes> file = path.empty() ? Bytes() : read_input(path);
  if (!file) return Failure{model_name(path), file.error()};
  constexpr const AnyModel* kKind = nullptr;
  Result<AnyModel> loaded = load(kKind, path.empty() ? nullptr : &*file);
  if (!loaded) return Failure{model_name(path), loaded.error()};
  model = *std::move(loaded);
  return std::nullopt;
}
template Status load_model(const std::string&, std::optional<Model>&);
template Status load_model(const std::string&, std::optional<DecoderModel>&);
template Status load_model(const std::string&, std::optional<ModelInfo>&);

std::string model_name(const std::string& path) {
  return path.empty() ? "built-in model" : shown_name(path, false);
}

std::string model_id_text(std::uint32_t id) {
  char digits[12];
  std::snprintf(digits, sizeof digits, "%08x", static_cast<unsigned>(id));
  return digits;
}

std::string card_entry(const DecoderModel& model, std::string_view key) {
  for (const auto& [name, text] : model.card()) {
    if (name == key) return text;
  }
  return {};
}

}  // namespace vaecomp
