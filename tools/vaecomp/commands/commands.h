// The commands. Each add_ function declares a command's options to the parser; each run_ function
// does the work of one, and returns the first failure.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "tools/vaecomp/batch/batch_options.h"
#include "tools/vaecomp/commands/target_options.h"
#include "tools/vaecomp/picture/attachments.h"
#include "tools/vaecomp/picture/picture_input.h"
#include "tools/vaecomp/picture/picture_output.h"
#include "tools/vaecomp/support/messages.h"
#include "tools/vaecomp/support/options.h"
#include "tools/vaecomp/support/status.h"
#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

struct EncodeArgs {
  BatchArgs files;
  std::vector<std::string> strip;  // kinds of metadata to leave out
  AttachArgs attach;               // files with metadata to take instead
  std::string model;
  int quality = 50;
  TargetArgs target;  // instead of the quality
  int effort = 5;
  bool lossless = false;
  bool learned_only = false;
  int alpha_quality = 100;
  int threads = 0;
  bool verify = false;
  bool skip_larger = false;     // a stream larger than its picture's file is not written
  bool keep_extension = false;  // in derived names: photo.png.vaec
  PictureArgs picture;
};
void add_encode(CLI::App& app, Selected& selected);
Status run_encode(const EncodeArgs& args);

struct DecodeArgs {
  BatchArgs files;
  PictureWriteOptions writing;
  std::string model;
  std::string format;      // name of a PictureFormat; empty: by the output's name
  std::string background;  // colour to lay the picture over; empty: alpha stays
  int threads = 0;
  PictureArgs picture;
};
void add_decode(CLI::App& app, Selected& selected);
Status run_decode(const DecodeArgs& args);

struct InfoArgs {
  std::string input, model;
  int threads = 0;
  bool json = false;
  bool headers_only = false;  // decode no symbols
  std::string extract;        // a kind of metadata to write instead; empty: none
  std::string output = "-";   // where to
  Limits limits;              // of what is decoded
};
void add_info(CLI::App& app, Selected& selected);
Status run_info(const InfoArgs& args);

struct CompareArgs {
  std::string first, second, model;
  std::string difference;  // picture to write; empty: none
  int gain = 8;            // of the difference
  int threads = 0;
  bool json = false;
  PictureArgs picture;
  MessageArgs messages;
};
void add_compare(CLI::App& app, Selected& selected);
Status run_compare(const CompareArgs& args);

struct ModelInfoArgs {
  std::string input;  // empty: the built-in model
  bool json = false;
};
void add_model(CLI::App& app, Selected& selected);
Status run_model_info(const ModelInfoArgs& args);

struct SignatureArgs {
  std::string model;
};
void add_signature(CLI::App& app, Selected& selected);
Status run_signature(const SignatureArgs& args);

}  // namespace vaecomp
