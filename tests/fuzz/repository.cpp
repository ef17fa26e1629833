// Through the readers that the unit tests have.
#include "tests/fuzz/repository.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "tests/fuzz/require.h"
#include "tests/unit/format/vector_file.h"

namespace vaecomp::fuzz {

Bytes repository_file(const std::string& path) {
  std::ifstream file(VAECOMP_SOURCE_DIR "/" + path, std::ios::binary);
  require(file.good(), path.c_str());
  return Bytes(std::istreambuf_iterator<char>(file), {});
}

std::vector<Bytes> files_of(const std::string& folder, std::string_view suffix) {
  std::set<std::string> paths;
  for (const auto& entry : std::filesystem::directory_iterator(VAECOMP_SOURCE_DIR "/" + folder)) {
    const std::string name = entry.path().filename().string();
    if (name.ends_with(suffix)) paths.insert(folder + "/" + name);
  }
  std::vector<Bytes> files;
  for (const std::string& path : paths) files.push_back(repository_file(path));
  return files;
}

std::vector<Bytes> vectors_of(const std::string& folder) {
  std::vector<Bytes> vectors;
  for (test::VectorFile& vector : test::read_vector_files(folder))
    vectors.push_back(std::move(vector.bytes));
  return vectors;
}

const Bytes& tiny_model_file() {
  static const Bytes file = repository_file("tests/models/tiny.vaem");
  return file;
}

const Model& tiny_model() {
  static const Model model = [] {
    Result<Model> loaded = Model::load(tiny_model_file());
    require(loaded.has_value(), "the tiny model opens");
    return *std::move(loaded);
  }();
  return model;
}

Bytes seed_of(std::initializer_list<int> choices, ByteSpan rest) {
  Bytes seed;
  for (const int choice : choices) seed.push_back(static_cast<std::uint8_t>(choice));
  seed.insert(seed.end(), rest.begin(), rest.end());
  return seed;
}

}  // namespace vaecomp::fuzz
