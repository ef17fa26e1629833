// Runs targets without a fuzzer:
//   replay TARGET                    the target's seeds, what fuzzing found, and some mutants of
//   both replay TARGET --mutants N SEED   the same with N mutants, others for each seed replay
//   TARGET FILE...            these files, and those of these folders replay TARGET --seeds FOLDER
//   writes the seeds there, for a fuzzer
// A broken promise ends the process; the input that broke it is then in `replay_failed`.
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "tests/fuzz/repository.h"
#include "tests/fuzz/target.h"
#include "tests/support/pictures.h"

namespace vaecomp::fuzz {
namespace {

constexpr std::size_t kLargestMutant = 1 << 16;

test::Random& chance() {
  static test::Random random(18);
  return random;
}

// Stands for libFuzzer's own mutations.
std::size_t mutate_bytes(std::uint8_t* data, std::size_t size, std::size_t max_size) {
  if (size == 0) return size;
  const int what = chance().below(4);
  const auto at = static_cast<std::size_t>(chance().below(static_cast<int>(size)));
  if (what == 0 && size < max_size) {
    std::memmove(data + at + 1, data + at, size - at);
    return size + 1;
  }
  if (what == 1) {
    std::memmove(data + at, data + at + 1, size - at - 1);
    return size - 1;
  }
  data[at] = what == 2 ? static_cast<std::uint8_t>(chance().below(256))
                       : static_cast<std::uint8_t>(data[at] ^ 1 << chance().below(8));
  return size;
}

// What runs now, for whoever looks at a crash.
ByteSpan current;

void keep_current(int signal) {
  if (std::FILE* file = std::fopen("replay_failed", "wb")) {
    std::fwrite(current.data(), 1, current.size(), file);
    std::fclose(file);
  }
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

void run(const Target& target, ByteSpan input) {
  current = input;
  target.run(input);
}

Bytes read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return Bytes(std::istreambuf_iterator<char>(file), {});
}

void add_files(const std::filesystem::path& path, std::vector<std::filesystem::path>& files) {
  if (!std::filesystem::is_directory(path)) return files.push_back(path);
  for (const auto& entry : std::filesystem::directory_iterator(path)) files.push_back(entry.path());
}

std::vector<Bytes> finds_of(const Target& target) {
  const std::string folder = "tests/fuzz/finds/" + std::string(target.name);
  if (!std::filesystem::is_directory(VAECOMP_SOURCE_DIR "/" + folder)) return {};
  return files_of(folder, "");
}

int run_all(const Target& target, int count, std::uint32_t seed) {
  chance() = test::Random(seed);
  std::vector<Bytes> inputs = target.seeds();
  const std::size_t seeds = inputs.size();
  for (Bytes& find : finds_of(target)) inputs.push_back(std::move(find));
  for (const Bytes& input : inputs) run(target, input);
  int mutants = 0;
  for (; mutants < count; ++mutants) {
    Bytes input = inputs[static_cast<std::size_t>(chance().below(static_cast<int>(inputs.size())))];
    for (int changes = 1 + chance().below(3); changes > 0; --changes) {
      if (target.mutate != nullptr) {
        input = target.mutate(input, kLargestMutant, chance().next(), mutate_bytes);
      } else {
        input.push_back(0);
        input.resize(mutate_bytes(input.data(), input.size() - 1, input.size()));
      }
    }
    run(target, input);
  }
  std::printf("%s: %zu seeds, %zu finds, %d mutants\n", target.name.data(), seeds,
              inputs.size() - seeds, mutants);
  return 0;
}

int run_files(const Target& target, const std::vector<std::string>& paths) {
  std::vector<std::filesystem::path> files;
  for (const std::string& path : paths) add_files(path, files);
  for (const auto& path : files) {
    const Bytes input = read(path);
    run(target, input);
  }
  std::printf("%s: %zu files\n", target.name.data(), files.size());
  return 0;
}

int write_seeds(const Target& target, const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  std::vector<Bytes> seeds = target.seeds();
  for (Bytes& find : finds_of(target)) seeds.push_back(std::move(find));
  for (std::size_t i = 0; i < seeds.size(); ++i) {
    std::ofstream file(folder / ("seed_" + std::to_string(i)), std::ios::binary);
    file.write(reinterpret_cast<const char*>(seeds[i].data()),
               static_cast<std::streamsize>(seeds[i].size()));
  }
  return 0;
}

int main(std::vector<std::string> words) {
  const Target* target = words.empty() ? nullptr : find_target(words.front());
  if (target == nullptr) {
    std::fprintf(stderr, "replay: name one of");
    for (const Target* each : kTargets) std::fprintf(stderr, " %s", each->name.data());
    std::fprintf(stderr, "\n");
    return 5;
  }
  words.erase(words.begin());
  for (const int signal : {SIGABRT, SIGSEGV, SIGFPE}) std::signal(signal, keep_current);
  if (words.empty()) return run_all(*target, target->mutants, 18);
  if (words.size() == 2 && words[0] == "--seeds") return write_seeds(*target, words[1]);
  if (words.size() == 3 && words[0] == "--mutants")
    return run_all(*target, std::stoi(words[1]), static_cast<std::uint32_t>(std::stoul(words[2])));
  return run_files(*target, words);
}

}  // namespace
}  // namespace vaecomp::fuzz

int main(int argc, char** argv) { return vaecomp::fuzz::main({argv + 1, argv + argc}); }
