// Shared options.
#include "tools/vaecomp/support/options.h"

#include <cstdio>

#include "tools/vaecomp/support/input.h"
#include "tools/vaecomp/support/kernels_option.h"
#include "tools/vaecomp/support/values.h"
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
}

Status load_model(const std::string& path, std::optional<Model>& model) {
  if (path.empty()) {
    Result<Model> loaded = Model::load_default();
    if (!loaded) return Failure{"built-in model", loaded.error()};
    model = *std::move(loaded);
    return std::nullopt;
  }
  const Result<Bytes> file = read_input(path);
  if (!file) return Failure{shown_name(path, false), file.error()};
  Result<Model> loaded = Model::load(*file);
  if (!loaded) return Failure{shown_name(path, false), loaded.error()};
  model = *std::move(loaded);
  return std::nullopt;
}

Status SharedModel::get(const Model*& model) {
  std::call_once(once_, [this] { failed_ = load_model(path_, model_); });
  if (!failed_) model = &*model_;
  return failed_;
}

std::string model_id_text(std::uint32_t id) {
  char digits[12];
  std::snprintf(digits, sizeof digits, "%08x", static_cast<unsigned>(id));
  return digits;
}

std::string card_entry(const Model& model, std::string_view key) {
  for (const auto& [name, text] : model.card()) {
    if (name == key) return text;
  }
  return {};
}

}  // namespace vaecomp
