// The commands that look into the latents and play with them: heatmap, sample, blend, latents.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>

#include "tools/vaecomp/picture/picture_input.h"
#include "tools/vaecomp/support/messages.h"
#include "tools/vaecomp/support/options.h"
#include "tools/vaecomp/support/status.h"
#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

struct HeatmapArgs {
  std::string input, output, model;
  bool overlay = false;  // the decoded picture shows through
  bool blocky = false;
  bool quiet = false;  // no progress, no legend
  double white = 0;    // bits per pixel; 0: the largest of the map
  int threads = 0;
  PictureArgs picture;
};
void add_heatmap(CLI::App& app, Selected& selected);
Status run_heatmap(const HeatmapArgs& args);

struct SampleArgs {
  std::string output, model;
  std::string like;  // picture or stream that gives hyper latents; empty: all is drawn
  int keep = 0;      // context steps that it gives, too
  std::string size = "768x512";
  std::uint64_t seed = 1;
  int quality = -1;  // -1: that of `like`, if it is a stream, else 50
  bool grey = false;
  int threads = 0;
  PictureArgs picture;
  MessageArgs messages;
};
void add_sample(CLI::App& app, Selected& selected);
Status run_sample(const SampleArgs& args);

struct BlendArgs {
  std::string first, second, output, model;
  int steps = 5;
  int quality = -1;  // of pictures; -1: a stream's, if one of the two is a stream, else 50
  int threads = 0;
  PictureArgs picture;
  MessageArgs messages;
};
void add_blend(CLI::App& app, Selected& selected);
Status run_blend(const BlendArgs& args);

struct LatentsArgs {
  std::string input, output, model;
  int quality = 50;   // of a picture
  int traverse = -1;  // channel to vary; -1: export the latents
  int steps = 5;
  double range = 8;     // of the traverse, in quantisation steps to each side
  bool centre = false;  // only the position in the middle
  int threads = 0;
  PictureArgs picture;
  MessageArgs messages;
};
void add_latents(CLI::App& app, Selected& selected);
Status run_latents(const LatentsArgs& args);

}  // namespace vaecomp
