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
// --max-pixels and --max-metadata.
void add_limits_option(CLI::App& command, Limits& limits);
void add_max_metadata_option(CLI::App& command, Limits& limits);

// The model file at `path`, or the built-in model if `path` is empty: a Model, what decoding needs
// of it, or what there is to tell of it.
template <typename AnyModel>
Status load_model(const std::string& path, std::optional<AnyModel>& model);

// How messages and reports name it.
std::string model_name(const std::string& path);

// A model that is loaded when it is first asked for, and once: what is no picture can be refused
// without it. Safe to use from many threads.
template <typename AnyModel>
class SharedModel {
 public:
  explicit SharedModel(std::string path) : path_(std::move(path)) {}

  // Says why there is none: the same every time.
  Status load() {
    std::call_once(once_, [this] { failed_ = load_model(path_, model_); });
    return failed_;
  }
  // Once it is loaded.
  const AnyModel& operator*() const { return *model_; }

 private:
  std::string path_;
  std::once_flag once_;
  std::optional<AnyModel> model_;
  Status failed_;
};

// A model's id as it is written everywhere: 8 hex digits.
std::string model_id_text(std::uint32_t id);

// The value of a card's entry, or empty.
std::string card_entry(const DecoderModel& model, std::string_view key);

}  // namespace vaecomp
