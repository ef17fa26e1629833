// The table of programs. AVIF is tuned for PSNR, since that is what is made equal.
#include "tools/vaecomp/bench/rivals.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "tools/vaecomp/bench/child_run.h"

namespace vaecomp {
namespace {

std::vector<CodecCommands> all_rivals() {
  return {
      {.name = "WebP (-m 6)",
       .encode = {"cwebp", "-quiet", "-m", "6", "-q", "{q}", "{input}", "-o", "{stream}"},
       .decode = {"dwebp", "-quiet", "-ppm", "{stream}", "-o", "{output}"},
       .stream_suffix = ".webp",
       .output_suffix = ".webp.ppm"},
      {.name = "AVIF (-s 6)",
       .encode = {"avifenc", "-s", "6", "-j", "1", "-y", "444", "--min", "0", "--max", "63", "-a",
                  "end-usage=q", "-a", "cq-level={q63}", "-a", "tune=psnr", "{input}", "{stream}"},
       .decode = {"avifdec", "-j", "1", "--png-compress", "0", "{stream}", "{output}"},
       .stream_suffix = ".avif",
       .output_suffix = ".avif.png"},
      {.name = "JPEG XL (-e 7)",
       .encode = {"cjxl", "--quiet", "-e", "7", "-q", "{q}", "--num_threads=0", "{input}",
                  "{stream}"},
       .decode = {"djxl", "--quiet", "--num_threads=0", "{stream}", "{output}"},
       .stream_suffix = ".jxl",
       .output_suffix = ".jxl.ppm",
       .most_quality = 99},  // 100 is another, lossless codec
  };
}

void replace(std::string& word, const std::string& key, const std::string& value) {
  if (const std::size_t at = word.find(key); at != std::string::npos)
    word.replace(at, key.size(), value);
}

}  // namespace

std::vector<std::string> CodecCommands::encode_words(const std::string& stem,
                                                     double quality) const {
  const long whole = std::lround(quality);
  std::vector<std::string> words = encode;
  for (std::string& word : words) {
    replace(word, "{input}", input(stem));
    replace(word, "{stream}", stream(stem));
    replace(word, "{q63}", std::to_string(std::lround(63 * (1 - quality / 100))));
    replace(word, "{q}", std::to_string(whole));
  }
  return words;
}

std::vector<std::string> CodecCommands::decode_words(const std::string& stem) const {
  std::vector<std::string> words = decode;
  for (std::string& word : words) {
    replace(word, "{stream}", stream(stem));
    replace(word, "{output}", output(stem));
  }
  return words;
}

CodecCommands own_commands(int effort, const std::string& model) {
  const std::string program = own_program(), number = std::to_string(effort);
  CodecCommands own = {
      .name = "vaecomp (-e " + number + ")",
      .encode = {program, "encode", "--quiet", "-j", "1", "-q", "{q}", "-e", number, "{input}",
                 "-o", "{stream}"},
      .decode = {program, "decode", "--quiet", "-j", "1", "{stream}", "-o", "{output}"},
      .stream_suffix = ".e" + number + ".vaec",
      .output_suffix = ".e" + number + ".ppm"};
  if (!model.empty()) {
    own.encode.insert(own.encode.end(), {"--model", model});
    own.decode.insert(own.decode.end(), {"--model", model});
  }
  return own;
}

std::vector<CodecCommands> installed_rivals() {
  std::vector<CodecCommands> found;
  for (CodecCommands& each : all_rivals()) {
    if (is_installed(each.encode.front()) && is_installed(each.decode.front()))
      found.push_back(std::move(each));
  }
  return found;
}

}  // namespace vaecomp
