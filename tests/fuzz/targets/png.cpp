// PNG files.
#include "tools/image_io/png.h"

#include "tests/fuzz/mutators/mutators.h"
#include "tests/fuzz/pictures.h"
#include "tests/fuzz/repository.h"
#include "tests/fuzz/target.h"
#include "tests/support/deepened.h"
#include "tests/support/pictures.h"
#include "tests/unit/image_io/make_png.h"

namespace vaecomp::fuzz {
namespace {

void run(ByteSpan input) { check_reader(read_png, input); }

// All depths and colour types, plain and interlaced; and what this project writes.
std::vector<Bytes> seeds() {
  std::vector<Bytes> seeds;
  for (const int colour :
       {test::kGrey, test::kRgb, test::kPalette, test::kGreyAlpha, test::kRgbAlpha})
    for (const int depth : {1, 4, 8, 16}) {
      if (depth < 8 && colour != test::kGrey && colour != test::kPalette) continue;
      if (depth == 16 && colour == test::kPalette) continue;
      test::PngRecipe recipe{
          .width = 9, .height = 7, .depth = depth, .colour = colour, .interlaced = depth % 8 == 0};
      for (int i = 0; i < 9 * 7 * test::samples_per_pixel(colour); ++i)
        recipe.values.push_back(static_cast<std::uint16_t>(i * 7919 % (1 << depth)));
      if (colour == test::kPalette)
        for (int i = 0; i < 3 * (1 << depth); ++i)
          recipe.palette.push_back(static_cast<std::uint8_t>(i * 5));
      if (colour == test::kPalette) recipe.transparency = {0, 128};
      if (colour == test::kGrey) recipe.transparency = {0, 1};
      seeds.push_back(test::make_png(recipe));
    }
  Image image = test::deepened(test::picture(20, 12, 3));
  image.alpha.assign(20 * 12, 1000);
  image.metadata.text = {{"Author", "", "", "somebody"}, {"Title", "de", "Titel", "\xC3\xA4"}};
  image.metadata.exif = {'I', 'I', '*', 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0};
  image.metadata.xmp = {'<', 'x', '/', '>'};
  image.metadata.display = {{"gAMA", {0, 0, 177, 143}}, {"pHYs", {0, 0, 1, 0, 0, 0, 1, 0, 1}}};
  seeds.push_back(write_png(image.view()).value());
  return seeds;
}

}  // namespace

extern const Target kPng = {"png", run, seeds, mutate_png, 3000};

}  // namespace vaecomp::fuzz
