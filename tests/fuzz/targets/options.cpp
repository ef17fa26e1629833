// The command line's grammar: words, one a line, are parsed and nothing is run. Whatever the words
// are, they are taken or refused with a sentence.
#include <cmath>
#include <string>

#include "tests/fuzz/repository.h"
#include "tests/fuzz/require.h"
#include "tests/fuzz/target.h"
#include "tools/vaecomp/bench/number_list.h"
#include "tools/vaecomp/command_line.h"
#include "tools/vaecomp/commands/target_options.h"
#include "tools/vaecomp/picture/background.h"
#include "tools/vaecomp/support/names.h"
#include "tools/vaecomp/support/values.h"

namespace vaecomp::fuzz {
namespace {

std::vector<std::string> words_of(ByteSpan input) {
  std::vector<std::string> words(1);
  for (const std::uint8_t byte : input) {
    if (byte == '\n') {
      words.emplace_back();
    } else if (byte != 0) {  // no argument holds one
      words.back().push_back(static_cast<char>(byte));
    }
  }
  return words;
}

void parse(const std::vector<std::string>& words) {
  std::vector<const char*> arguments = {"vaecomp"};
  for (const std::string& word : words) arguments.push_back(word.c_str());
  CLI::App app;
  Selected selected;
  declare_program(app, selected);
  try {
    app.parse(static_cast<int>(arguments.size()), arguments.data());
    require(selected.run != nullptr, "what parses is a command");
  } catch (const CLI::Success&) {  // --help, --version
  } catch (const CLI::ParseError& error) {
    require(!std::string(error.what()).empty(), "refusals have a text");
  }
  use_kernels(usable_kernels().back());
}

// What single words are read by.
void check_word(const std::string& word) {
  if (const auto size = parse_size(word))
    require(!word.empty(), "nothing is no size");
  else
    require(size.error().code == ErrorCode::kInvalidArgument, "a bad size is a bad argument");
  if (const auto colour = parse_colour(word))
    require(word.size() == 6 || word.size() == 7, "colours have six digits");
  std::string number = word;
  if (whole_number("n", -5, 1 << 20)(number).empty())
    require(std::stol(number) >= -5 && std::stol(number) <= 1 << 20,
            "whole numbers keep to theirs");
  number = word;
  if (real_number("x", -1, 1e9)(number).empty())
    require(std::isfinite(std::stod(number)), "numbers are finite");
  number = word;
  if (list_of(real_number("x", 0, 100))(number).empty())
    for (const double each : numbers_of(number))
      require(each >= 0 && each <= 100, "numbers of a list keep to their range");
  const std::string quoted = quoted_name(word);
  require(quoted.find('\n') == std::string::npos, "names take one line");
}

void run(ByteSpan input) {
  const std::vector<std::string> words = words_of(input);
  for (const std::string& word : words) check_word(word);
  parse(words);
}

std::vector<Bytes> seeds() {
  std::vector<Bytes> seeds;
  for (const std::string_view line :
       {"encode\nphoto.png\n-o\nphoto.vaec\n-q\n50\n-e\n9\n-j\n2\n--verify",
        "encode\na.png\n--target-size\n1.5MiB\n--strip\nexif,icc\n--lossless",
        "encode\na.png\nb.png\n--target-bpp\n0.4\n--skip-existing\n-o\nout/",
        "encode\n-\n--target-psnr=38.5\n--alpha-quality\n70\n-o-",
        "decode\na.vaec\n-o\nb.png\n--background\n#ff8000\n--max-pixels\n1000000",
        "decode\na.vaec\n--format\njpeg\n--kernels\ngeneric", "info\na.vaec\n--json",
        "compare\na.png\nb.png\n--json\n--gain\n4", "bench\na.png\n-q\n10,50,90",
        "model\ninfo\n--json", "sample\n-n\n3\n--seed\n7", "heatmap\na.vaec\n-o\nb.png",
        "blend\na.vaec\nb.vaec\n-o\nc.png", "latents\na.vaec\n-o\nx.npy", "--version",
        "encode\n--help", "1,2.5,1e2", "64KiB", "#A0b1C2"})
    seeds.emplace_back(line.begin(), line.end());
  return seeds;
}

}  // namespace

extern const Target kOptions = {"options", run, seeds};

}  // namespace vaecomp::fuzz
