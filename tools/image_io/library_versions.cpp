// Most can be asked; libjpeg has a version in its headers only.
#include "tools/image_io/library_versions.h"

#include <expat.h>
#include <lcms2.h>
#include <png.h>
#include <zlib.h>

#include <cstdio>

// Needs <cstdio> before it.
#include <jpeglib.h>

namespace vaecomp {
namespace {

#define VAECOMP_TEXT_OF(token) #token
#define VAECOMP_TEXT(macro) VAECOMP_TEXT_OF(macro)
#if defined(LIBJPEG_TURBO_VERSION)
constexpr const char* kJpegName = "libjpeg-turbo";
constexpr const char* kJpegVersion = VAECOMP_TEXT(LIBJPEG_TURBO_VERSION);
#else
constexpr const char* kJpegName = "libjpeg";
constexpr const char* kJpegVersion = VAECOMP_TEXT(JPEG_LIB_VERSION);
#endif
#undef VAECOMP_TEXT
#undef VAECOMP_TEXT_OF

}  // namespace

std::vector<std::pair<std::string, std::string>> image_library_versions() {
  const int lcms = cmsGetEncodedCMMversion();  // 2140: 2.14
  const std::string lcms_text = std::to_string(lcms / 1000) + "." + std::to_string(lcms / 10 % 100);
  const XML_Expat_Version expat = XML_ExpatVersionInfo();
  const std::string expat_text = std::to_string(expat.major) + "." + std::to_string(expat.minor) +
                                 "." + std::to_string(expat.micro);
  return {{"libpng", png_get_libpng_ver(nullptr)},
          {kJpegName, kJpegVersion},
          {"zlib", zlibVersion()},
          {"Little CMS", lcms_text},
          {"Expat", expat_text}};
}

}  // namespace vaecomp
