// The programs that bench --compare runs, and how.
#pragma once

#include <string>
#include <vector>

namespace vaecomp {

// A codec as command lines: {input} is a PNG, {stream} the compressed file, {output} the decoded
// picture, {q} the quality, {q63} the same as AV1's quantiser, 63 .. 0.
struct CodecCommands {
  std::string name;                         // with the options that matter
  std::vector<std::string> encode, decode;  // words
  std::string stream_suffix, output_suffix;
  double least_quality = 0, most_quality = 100;

  // With the files beside `stem`.
  std::vector<std::string> encode_words(const std::string& stem, double quality) const;
  std::vector<std::string> decode_words(const std::string& stem) const;
  std::string input(const std::string& stem) const { return stem + ".png"; }
  std::string stream(const std::string& stem) const { return stem + stream_suffix; }
  std::string output(const std::string& stem) const { return stem + output_suffix; }
};

// Our own program with one thread.
CodecCommands own_commands(int effort, const std::string& model);

// Those of WebP, AVIF and JPEG XL that are installed, each with one thread.
std::vector<CodecCommands> installed_rivals();

}  // namespace vaecomp
