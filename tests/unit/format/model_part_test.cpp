// Parts of a model as programs hold them.
#include "format/model_part.h"

#include <doctest/doctest.h>

#include "unit/format/vector_file.h"

namespace vaecomp {
namespace {

TEST_CASE("a part comes back as it was, under the whole model's id, at any level") {
  const Result<ModelFile> file = read_model_file(test::read_vector("model", "ok_everything").bytes);
  REQUIRE(file);
  for (const int level : {-1, 19}) {
    ModelFile part = *file;
    part.id = 0x12345678;  // that of a larger model
    const Result<Bytes> packed = pack_model_part(part, level);
    REQUIRE(packed);
    const Result<ModelFile> back = unpack_model_part(*packed);
    REQUIRE(back);
    CHECK(back->id == part.id);
    CHECK(back->card == file->card);
    REQUIRE(back->tensors.size() == file->tensors.size());
    for (std::size_t t = 0; t < back->tensors.size(); ++t) {
      const ByteSpan a = back->tensors[t].data.bytes(), b = file->tensors[t].data.bytes();
      CHECK(back->tensors[t].name == file->tensors[t].name);
      CHECK(Bytes(a.begin(), a.end()) == Bytes(b.begin(), b.end()));
    }
    CHECK(back->networks.size() == file->networks.size());
  }
}

TEST_CASE("what is no part is refused") {
  CHECK_FALSE(unpack_model_part({}));
  CHECK_FALSE(unpack_model_part(Bytes(100, 7)));
  ModelFile broken;
  broken.tensors.push_back({"t", {2}, std::vector<std::uint8_t>{5}});
  CHECK_FALSE(pack_model_part(broken, 1));
}

}  // namespace
}  // namespace vaecomp
