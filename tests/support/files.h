// Files of the source tree, for tests.
#pragma once

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "format/model_file.h"
#include "vaecomp/vaecomp.hpp"

namespace vaecomp::test {

inline std::string source_path(const std::string& name) { return VAECOMP_SOURCE_DIR "/" + name; }

inline Bytes read_file(const std::string& name) {
  std::ifstream file(source_path(name), std::ios::binary);
  REQUIRE_MESSAGE(file.good(), "cannot open ", name);
  return Bytes(std::istreambuf_iterator<char>(file), {});
}

inline Model load_model(const std::string& name) {
  Result<Model> model = Model::load(read_file(name));
  if (!model) FAIL(name, ": ", model.error().message());
  return *std::move(model);
}

inline const Model& tiny_model() {
  static const Model model = load_model("tests/models/tiny.vaem");
  return model;
}

// The same without tables for the trellis.
inline const Model& scalar_model() {
  static const Model model = [] {
    ModelFile file = read_model_file(read_file("tests/models/tiny.vaem")).value();
    const auto cut = [&](std::string_view name, std::size_t count) {
      for (NamedTensor& tensor : file.tensors) {
        if (tensor.name != name) continue;
        std::vector<std::uint16_t> values = tensor.data.values<std::uint16_t>();
        values.resize(count);
        tensor.data = values;
        tensor.dims = {static_cast<std::uint32_t>(count)};
        return values;
      }
      return std::vector<std::uint16_t>();
    };
    std::size_t starts = 0;
    for (const std::uint16_t radius : cut("entropy.radius", kScaleIndices))
      starts += radius > 0 ? 2 * std::size_t{radius} + 2 : 0;
    cut("entropy.cdf", starts);
    return Model::load(write_model_file(file).value()).value();
  }();
  return model;
}

}  // namespace vaecomp::test
