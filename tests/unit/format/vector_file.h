// Reads the annotated hex files of format/vectors (their README has the syntax).
#pragma once

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "format/byte_writer.h"
#include "format/bytes.h"
#include "format/crc32c.h"
#include "format/error.h"

namespace vaecomp::test {

struct VectorFile {
  std::string name;
  std::string expect;           // what follows "# expect: "
  std::set<std::string> rules;  // those of "# expect:" and "# rules:"
  Bytes bytes;
};

// The zstd frame (RFC 8878) of one raw block with the payload in it, at most 128 KiB.
inline Bytes raw_zstd_frame(ByteSpan payload) {
  const auto size = static_cast<std::uint32_t>(payload.size());
  ByteWriter writer;
  writer.u32(0xFD2FB528);
  writer.u8(0xA0);  // single segment, content size in four bytes
  writer.u32(size);
  const std::uint32_t block_head = size << 3 | 1;  // last block, type raw, size
  writer.u16(static_cast<std::uint16_t>(block_head));
  writer.u8(static_cast<std::uint8_t>(block_head >> 16));
  writer.bytes(payload);
  return writer.take();
}

// A payload in place of "[ ... ]", and SIZE and ID before it.
inline Bytes parse_payload(const std::vector<std::string>& words) {
  Bytes payload;
  bool inside = false;
  for (const std::string& word : words) {
    if (word == "[" || word == "]") {
      inside = word == "[";
    } else if (inside) {
      payload.push_back(static_cast<std::uint8_t>(std::stoul(word, nullptr, 16)));
    }
  }
  return payload;
}

inline Bytes parse_words(const std::vector<std::string>& words) {
  const Bytes payload = parse_payload(words);
  ByteWriter writer;
  bool inside = false;
  for (const std::string& word : words) {
    if (word == "[") {
      inside = true;
      writer.bytes(raw_zstd_frame(payload));
    } else if (word == "]") {
      inside = false;
    } else if (inside) {
      continue;
    } else if (word == "CRC") {
      writer.u32(crc32c(writer.data()));
    } else if (word == "SIZE") {
      writer.u32(static_cast<std::uint32_t>(payload.size()));
    } else if (word == "ID") {
      writer.u32(crc32c(payload));
    } else if (word.size() == 2) {
      writer.u8(static_cast<std::uint8_t>(std::stoul(word, nullptr, 16)));
    } else {
      throw std::runtime_error("unknown word " + word);
    }
  }
  return writer.take();
}

inline VectorFile read_vector_file(const std::filesystem::path& path) {
  VectorFile vector;
  vector.name = path.stem().string();
  std::ifstream file(path);
  std::vector<std::string> words;
  for (std::string line; std::getline(file, line);) {
    std::string word;
    const bool expect = line.starts_with("# expect: ");
    if (expect) vector.expect = line.substr(10);
    if (expect || line.starts_with("# rules: ")) {
      for (std::istringstream all(line); all >> word;) {
        if (word.starts_with("VC-") || word.starts_with("VM-")) vector.rules.insert(word);
      }
    }
    for (std::istringstream code(line.substr(0, line.find('#'))); code >> word;) {
      words.push_back(word);
    }
  }
  vector.bytes = parse_words(words);
  return vector;
}

// All vectors of one folder of format/vectors, by name.
inline std::vector<VectorFile> read_vector_files(const std::string& folder) {
  std::set<std::filesystem::path> paths;
  const auto at = std::filesystem::path(VAECOMP_SOURCE_DIR) / "format" / "vectors" / folder;
  for (const auto& entry : std::filesystem::directory_iterator(at)) {
    if (entry.path().extension() == ".hex") paths.insert(entry.path());
  }
  std::vector<VectorFile> vectors;
  for (const auto& path : paths) vectors.push_back(read_vector_file(path));
  return vectors;
}

// The vector of this name.
inline VectorFile read_vector(const std::string& folder, const std::string& name) {
  const auto at = std::filesystem::path(VAECOMP_SOURCE_DIR) / "format" / "vectors" / folder;
  VectorFile vector = read_vector_file(at / (name + ".hex"));
  if (vector.expect.empty()) throw std::runtime_error("no vector " + name);
  return vector;
}

// What a vector's "# expect:" would say of this error.
inline std::string describe(const Error& error) {
  return std::string(error_name(error.code)) + " " + std::string(error.rule) + " @" +
         std::to_string(error.offset);
}

}  // namespace vaecomp::test
