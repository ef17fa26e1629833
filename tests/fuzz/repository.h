// What fuzzers begin with: files of this repository.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "format/bytes.h"
#include "vaecomp/vaecomp.hpp"

namespace vaecomp::fuzz {

// A file by its path from the root; ends the process if it is not there.
Bytes repository_file(const std::string& path);

// All files of a folder, by name, that end in `suffix`.
std::vector<Bytes> files_of(const std::string& folder, std::string_view suffix);

// The vectors of a folder of format/vectors, as bytes.
std::vector<Bytes> vectors_of(const std::string& folder);

// tests/models/tiny.vaem.
const Bytes& tiny_model_file();
const Model& tiny_model();

// A seed for targets that begin with choices: these bytes, then the others.
Bytes seed_of(std::initializer_list<int> choices, ByteSpan rest = {});

}  // namespace vaecomp::fuzz
