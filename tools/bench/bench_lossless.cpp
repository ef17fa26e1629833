// Size and speed of the exact coder on picture files: a line each, then their sum. One thread.
#include <time.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <vector>

#include "codec/lossless/encode_planes.h"
#include "codec/lossless/exact_rows.h"
#include "tools/image_io/picture_file.h"

namespace {

using namespace vaecomp;

// Shortest of some runs, in seconds of this process: what others do counts less than with a clock.
template <typename Function>
double seconds(int runs, const Function& function) {
  const auto now = [] {
    timespec time{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
  };
  double best = 1e30;
  for (int run = 0; run < runs; ++run) {
    const double begin = now();
    function();
    best = std::min(best, now() - begin);
  }
  return best;
}

bool measure(const char* name, std::size_t& total) {
  std::ifstream file(name, std::ios::binary);
  const Bytes bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  const Result<Image> read = read_picture(bytes, {});
  if (!read) {
    std::printf("%s: %s\n", name, read.error().message().c_str());
    return false;
  }
  const Image& image = *read;
  const std::size_t channels = image.channels;
  std::vector<PlaneView> views;
  for (std::size_t c = 0; c < channels; ++c) {
    views.push_back({image.depth() == 8 ? image.samples.data() + c : nullptr,
                     image.depth() == 16 ? image.samples16.data() + c : nullptr, channels,
                     channels * image.width});
  }
  if (!image.alpha.empty())
    views.push_back({nullptr, image.alpha.data(), 1, static_cast<std::size_t>(image.width)});
  const PlanesShape shape = {image.width, image.height, static_cast<int>(views.size()),
                             image.depth()};
  ThreadPool pool(1);
  Result<Bytes> coded = Bytes();
  const double encoding = seconds(2, [&] { coded = encode_planes(views, shape, nullptr, pool); });
  Result<ExactRows> rows = Error{};
  const double decoding = seconds(4, [&] { rows = ExactRows::open(*coded, shape, nullptr, pool); });
  bool equal = rows.has_value();
  std::vector<std::uint16_t> row(image.width);
  for (int y = 0; equal && y < image.height; ++y) {
    for (std::size_t p = 0; p < views.size(); ++p) {
      rows->copy(y, static_cast<int>(p), row.data());
      for (int x = 0; x < image.width; ++x) equal &= row[x] == views[p].at(x, y);
    }
  }
  const double megapixels = 1e-6 * image.width * image.height;
  std::printf("%9zu bytes %6.3f bits/pixel %7.2f MP/s in %7.2f MP/s out  %s%s\n", coded->size(),
              8e-6 * static_cast<double>(coded->size()) / megapixels, megapixels / encoding,
              megapixels / decoding, name, equal ? "" : ": NOT EQUAL");
  total += coded->size();
  return equal;
}

}  // namespace

int main(int argc, char** argv) {
  bool fine = argc > 1;
  std::size_t total = 0;
  for (int i = 1; i < argc; ++i) fine &= measure(argv[i], total);
  std::printf("%9zu bytes\n", total);
  return fine ? 0 : 1;
}
