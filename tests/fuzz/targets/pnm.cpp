// Netpbm's formats and PFM.
#include "tools/image_io/pnm.h"

#include <string_view>

#include "tests/fuzz/pictures.h"
#include "tests/fuzz/repository.h"
#include "tests/fuzz/target.h"

namespace vaecomp::fuzz {
namespace {

void run(ByteSpan input) {
  check_reader(read_pnm, input);
  check_reader(read_pfm, input);
}

std::vector<Bytes> seeds() {
  using namespace std::string_view_literals;
  std::vector<Bytes> seeds;
  for (const std::string_view text :
       {"P1\n# note\n5 2\n1 0 1 0 1 01010"sv, "P2 2 2 65535 0 1 65535 7"sv,
        "P3\n2 1\n255\n1 2 3 4 5 6\n"sv, "P4 9 2\n\xAA\x80\x55\x00"sv, "P5 3 2 200\nabcdef"sv,
        "P5 1 2 1000\n\x01\x02\x03\x04P5 1 1 255\nx"sv, "P6\n2 1\n255\nabcdef"sv,
        "P7\nWIDTH 2\nHEIGHT 1\nDEPTH 4\nMAXVAL 255\nTUPLTYPE RGB_ALPHA\nENDHDR\nabcdefgh"sv,
        "P7\nWIDTH 1\nHEIGHT 2\nDEPTH 2\nMAXVAL 65535\n# c\nTUPLTYPE GRAYSCALE_ALPHA\n"
        "ENDHDR\nabcdefgh"sv,
        "Pf\n1 2\n1.0\n\x3F\x80\0\0\x3E\x80\0\0"sv,
        "PF 1 1\n-2.5\n\0\0\x80\x3F\0\0\x80\x7F\0\0\xC0\x7F"sv})
    seeds.emplace_back(text.begin(), text.end());
  return seeds;
}

}  // namespace

extern const Target kPnm = {"pnm", run, seeds, nullptr, 3000};

}  // namespace vaecomp::fuzz
