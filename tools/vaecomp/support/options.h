// Options and steps that several commands share.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "tools/vaecomp/support/status.h"
#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

// The command that the user chose; a command's parser callback fills it in.
struct Selected {
  std::function<Status()> run;
};

inline constexpr int kMaxThreads = 1024;
inline constexpr std::uint64_t kMaxPixelsOption = std::uint64_t{kMaxSide} * kMaxSide;

// And --kernels beside it, which holds for the whole process.
void add_threads_option(CLI::App& command, int& threads);
void add_model_option(CLI::App& command, std::string& path);
void add_limits_option(CLI::App& command, Limits& limits);

// The model file at `path`, or the built-in model if `path` is empty.
Status load_model(const std::string& path, std::optional<Model>& model);

// A model that is loaded when it is first asked for, and once: what is no picture can be refused
// without it. Safe to use from many threads.
class SharedModel {
 public:
  explicit SharedModel(std::string path) : path_(std::move(path)) {}

  // Sets `model`, borrowed from here, or says why there is none: the same every time.
  Status get(const Model*& model);

 private:
  std::string path_;
  std::once_flag once_;
  std::optional<Model> model_;
  Status failed_;
};

// A model's id as it is written everywhere: 8 hex digits.
std::string model_id_text(std::uint32_t id);

// The value of a card's entry, or empty.
std::string card_entry(const Model& model, std::string_view key);

}  // namespace vaecomp
