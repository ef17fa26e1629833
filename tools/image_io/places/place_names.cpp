// A list, because the standards' names follow no rule: exif and exifEX (GPS*), photoshop, IPTC Core
// and Extension, Dublin Core, xmpDM; makers of drones have properties of their own.
#include "tools/image_io/places/place_names.h"

#include <algorithm>
#include <iterator>
#include <string>

namespace vaecomp {
namespace {

constexpr std::string_view kWhole[] = {
    "city",        "state",     "country",      "countrycode",  "countryname",   "provincestate",
    "province",    "location",  "sublocation",  "sub-location", "locationshown", "locationcreated",
    "locationid",  "place",     "locationname", "worldregion",  "shotlocation",  "coverage",
    "ciadrextadr", "ciadrcity", "ciadrregion",  "ciadrpcode",   "ciadrctry"};
constexpr std::string_view kParts[] = {"gps", "latitude", "longitude", "geotag"};

}  // namespace

bool names_place(std::string_view name) {
  std::string lower(name);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return std::find(std::begin(kWhole), std::end(kWhole), lower) != std::end(kWhole) ||
         std::any_of(std::begin(kParts), std::end(kParts),
                     [&lower](std::string_view part) { return lower.find(part) != lower.npos; });
}

}  // namespace vaecomp
