// Names, files and generated pictures.
#include "tools/vaecomp/bench/bench_pictures.h"

#include <utility>

#include "tools/vaecomp/bench/generated_picture.h"
#include "tools/vaecomp/bench/number_list.h"
#include "tools/vaecomp/support/input.h"

namespace vaecomp {

std::string BenchPicture::name() const {
  return path.empty() ? "generated" : shown_name(path, false);
}

std::vector<BenchPicture> bench_pictures(const BenchArgs& args) {
  std::vector<BenchPicture> pictures;
  for (const std::string& path : args.inputs) pictures.push_back({.path = path});
  if (pictures.empty()) {
    for (const double megapixels : numbers_of(args.megapixels))
      pictures.push_back({.megapixels = megapixels});
  }
  return pictures;
}

Status load(const BenchPicture& picture, const BenchArgs& args, Image& image) {
  if (picture.path.empty()) {
    image = generated_picture(picture.megapixels);
    return std::nullopt;
  }
  const Result<Bytes> file = read_input(picture.path);
  if (!file) return Failure{picture.name(), file.error()};
  Remarks remarks;
  Result<Image> read = picture_from(*file, args.picture, remarks);
  if (!read) return Failure{picture.name(), read.error()};
  if (Status failed = show_remarks(picture.name(), remarks, args.messages)) return failed;
  image = *std::move(read);
  return std::nullopt;
}

}  // namespace vaecomp
