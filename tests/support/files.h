// Files of the source tree, for tests.
#pragma once

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <string>

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

}  // namespace vaecomp::test
