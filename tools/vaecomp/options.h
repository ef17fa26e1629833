// Options and steps that several commands share.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "tools/vaecomp/status.h"
#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

// The command that the user chose; a command's parser callback fills it in.
struct Selected {
  std::function<Status()> run;
};

inline constexpr int kMaxThreads = 1024;
inline constexpr std::uint64_t kMaxPixelsOption = std::uint64_t{kMaxSide} * kMaxSide;

void add_threads_option(CLI::App& command, int& threads);
void add_model_option(CLI::App& command, std::string& path);
void add_limits_option(CLI::App& command, Limits& limits);

// The model file at `path`, or the built-in model if `path` is empty.
Status load_model(const std::string& path, std::optional<Model>& model);

// A model's id as it is written everywhere: 8 hex digits.
std::string model_id_text(std::uint32_t id);

// The value of a card's entry, or empty.
std::string card_entry(const Model& model, std::string_view key);

}  // namespace vaecomp
