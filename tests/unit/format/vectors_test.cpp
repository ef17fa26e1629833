// Runs format/vectors through the readers and writers.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdio>
#include <set>
#include <string>

#include "codec/decoder/dec_lossless.h"
#include "codec/decoder/side_sections.h"
#include "format/container.h"
#include "format/metadata.h"
#include "format/model_file.h"
#include "format/model_payload.h"
#include "format/zstd_chunk.h"
#include "unit/format/vector_file.h"

namespace vaecomp {
namespace {

// Rules prefix-01 .. prefix-last that no vector shows.
std::set<std::string> rules_without_vector(const std::vector<test::VectorFile>& vectors,
                                           const char* prefix, int last) {
  std::set<std::string> missing;
  for (int i = 1; i <= last; ++i) {
    char rule[16];
    std::snprintf(rule, sizeof(rule), "%s-%02d", prefix, i);
    missing.insert(rule);
  }
  for (const auto& vector : vectors) {
    for (const std::string& rule : vector.rules) missing.erase(rule);
  }
  return missing;
}

Bytes payload_of(ByteSpan model_file) {
  const ByteSpan frame = model_file.subspan(13, model_file.size() - 17);
  const Result<Bytes> payload = decompress_chunk(frame, load_le<std::uint32_t>(&model_file[5]));
  REQUIRE(payload);
  return *payload;
}

// Everything of a stream that can be read without a model: container, pixels, alpha, metadata.
std::string outcome_of(const Result<Container>& container) {
  if (!container) return test::describe(container.error());
  ThreadPool pool(1);
  const Progress silent;
  if (container->header.has_pixels()) {
    const auto picture = open_pixels(*container, pool, StageProgress(silent));
    if (!picture) return test::describe(picture.error());
  }
  const auto side = read_side_sections(*container, pool);
  return side ? "ok" : test::describe(side.error());
}

TEST_CASE("stream vectors read as they say, and good ones are written back byte for byte") {
  const auto vectors = test::read_vector_files("stream");
  REQUIRE(vectors.size() > 30);
  for (const auto& vector : vectors) {
    CAPTURE(vector.name);
    const Result<Container> container = read_container(vector.bytes);
    CHECK(outcome_of(container) == vector.expect);
    if (container) {
      CHECK(write_container(container->header, container->sections) == vector.bytes);
    } else {
      CHECK(!container.error().text.empty());
    }
  }
}

TEST_CASE("model vectors read as they say, and good ones are written back") {
  const auto vectors = test::read_vector_files("model");
  REQUIRE(vectors.size() > 40);
  for (const auto& vector : vectors) {
    CAPTURE(vector.name);
    Result<ModelFile> model = read_model_file(vector.bytes);
    CHECK((model ? "ok" : test::describe(model.error())) == vector.expect);
    if (model) {
      // Compressed bytes depend on the version of zstd; the payload and the id do not.
      const std::uint32_t id = model->id;
      const Result<Bytes> written = write_model_file(*model);
      REQUIRE(written);
      CHECK(model->id == id);
      CHECK(payload_of(*written) == payload_of(vector.bytes));
      CHECK(load_le<std::uint32_t>(written->data() + 9) == id);
    }
  }
}

TEST_CASE("every rule of both containers has a vector") {
  CHECK(rules_without_vector(test::read_vector_files("stream"), "VC", 16).empty());
  for (const char* rule : {"VC-33", "VC-34", "VC-37", "VC-38", "VC-39", "VC-41", "VC-44", "VC-45",
                           "VC-46", "VC-48", "VC-49", "VC-50", "VC-51", "VC-53", "VC-54"}) {
    const auto vectors = test::read_vector_files("stream");
    CHECK(std::any_of(vectors.begin(), vectors.end(),
                      [&](const auto& vector) { return vector.rules.count(rule) == 1; }));
  }
  CHECK(rules_without_vector(test::read_vector_files("model"), "VM", 10).empty());
}

}  // namespace
}  // namespace vaecomp
