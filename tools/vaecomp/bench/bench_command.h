// vaecomp bench: how fast this machine encodes and decodes, and with how much memory.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "tools/vaecomp/picture/picture_input.h"
#include "tools/vaecomp/support/messages.h"
#include "tools/vaecomp/support/options.h"
#include "tools/vaecomp/support/status.h"

namespace vaecomp {

struct BenchArgs {
  std::vector<std::string> inputs;    // empty: generated pictures
  std::string megapixels = "0.4,12";  // of generated pictures
  int quality = 50;
  std::string efforts = "1,5";
  std::string threads = "1,0";  // 0: as many as the machine has
  int repeats = 5;
  bool compare = false;  // with other programs, instead
  bool json = false;
  std::string model;
  PictureArgs picture;
  MessageArgs messages;
};
void add_bench(CLI::App& app, Selected& selected);
Status run_bench(const BenchArgs& args);

}  // namespace vaecomp
