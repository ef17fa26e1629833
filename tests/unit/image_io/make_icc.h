// Makes small ICC profiles by hand (ICC.1:2022), so that the library that reads them is not tested
// with what it made.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "unit/image_io/make_png.h"

namespace vaecomp::test {

inline Bytes icc_numbers(const char* type, const std::vector<double>& numbers) {
  Bytes tag(type, type + 4);
  put_u32(tag, 0);
  for (const double number : numbers)
    put_u32(tag, static_cast<std::uint32_t>(static_cast<int>(number * 65536)));
  return tag;
}

// sRGB's curve, or a gamma.
inline Bytes icc_curve(double gamma) {
  Bytes tag = icc_numbers("para", {});
  tag.insert(tag.end(), {0, static_cast<std::uint8_t>(gamma == 0 ? 3 : 0), 0, 0});
  const Bytes numbers =
      gamma == 0 ? icc_numbers("para", {2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045})
                 : icc_numbers("para", {gamma});
  tag.insert(tag.end(), numbers.begin() + 8, numbers.end());
  return tag;
}

inline Bytes icc_description(const std::string& text) {
  Bytes tag = icc_numbers("mluc", {});
  for (const std::uint32_t number : {1u, 12u}) put_u32(tag, number);
  for (const char c : {'e', 'n', 'U', 'S'}) tag.push_back(static_cast<std::uint8_t>(c));
  put_u32(tag, static_cast<std::uint32_t>(2 * text.size()));
  put_u32(tag, 28);
  for (const char c : text) tag.insert(tag.end(), {0, static_cast<std::uint8_t>(c)});
  return tag;
}

// A profile of sRGB's primaries or for grey; `gamma` 0 means sRGB's curve. `space` is "RGB " or
// "GRAY"; another one gives a head that promises it.
inline Bytes make_icc(const std::string& description, double gamma,
                      const std::string& space = "RGB ") {
  std::vector<std::pair<std::string, Bytes>> tags{
      {"desc", icc_description(description)}, {"wtpt", icc_numbers("XYZ ", {0.9642, 1, 0.8249})}};
  if (space == "GRAY") {
    tags.emplace_back("kTRC", icc_curve(gamma));
  } else {
    tags.emplace_back("rXYZ", icc_numbers("XYZ ", {0.43607, 0.22249, 0.01392}));
    tags.emplace_back("gXYZ", icc_numbers("XYZ ", {0.38515, 0.71687, 0.09708}));
    tags.emplace_back("bXYZ", icc_numbers("XYZ ", {0.14307, 0.06061, 0.71410}));
    for (const char* name : {"rTRC", "gTRC", "bTRC"}) tags.emplace_back(name, icc_curve(gamma));
  }
  Bytes directory, content;
  put_u32(directory, static_cast<std::uint32_t>(tags.size()));
  const std::size_t start = 128 + 4 + 12 * tags.size();
  for (auto& [name, tag] : tags) {
    while (tag.size() % 4 != 0) tag.push_back(0);
    directory.insert(directory.end(), name.begin(), name.end());
    put_u32(directory, static_cast<std::uint32_t>(start + content.size()));
    put_u32(directory, static_cast<std::uint32_t>(tag.size()));
    content.insert(content.end(), tag.begin(), tag.end());
  }
  Bytes profile;
  put_u32(profile, static_cast<std::uint32_t>(start + content.size()));
  profile.resize(8);
  put_u32(profile, 0x04200000);
  const std::string kinds = "mntr" + space + "XYZ ";
  profile.insert(profile.end(), kinds.begin(), kinds.end());
  profile.insert(profile.end(), {7, 0xD0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 'a', 'c', 's', 'p'});
  profile.resize(68);
  for (const std::uint32_t white : {0xF6D6u, 0x10000u, 0xD32Du}) put_u32(profile, white);
  profile.resize(128);
  profile.insert(profile.end(), directory.begin(), directory.end());
  profile.insert(profile.end(), content.begin(), content.end());
  return profile;
}

}  // namespace vaecomp::test
