// Makes, reads and compares profiles.
#include "tools/image_io/colour_profile.h"

#include <lcms2.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <vector>

#include "tools/image_io/big_endian.h"
#include "tools/image_io/colour_facts.h"

namespace vaecomp {
namespace {

// Header fields of a profile (ICC.1:2022, 7.2).
constexpr std::size_t kHeaderBytes = 128, kDateOffset = 24, kDateBytes = 12, kSignatureOffset = 36;
constexpr std::uint32_t kSignature = 0x61637370;  // "acsp"

struct CloseProfile {
  void operator()(void* profile) const { cmsCloseProfile(profile); }
};
using Profile = std::unique_ptr<void, CloseProfile>;

struct FreeCurve {
  void operator()(cmsToneCurve* curve) const { cmsFreeToneCurve(curve); }
};

struct DeleteTransform {
  void operator()(void* transform) const { cmsDeleteTransform(transform); }
};

Profile open_profile(ByteSpan bytes) {
  if (bytes.size() < kHeaderBytes || bytes.size() > kMaxMetadata ||
      load_be32(bytes, 0) != bytes.size() || load_be32(bytes, kSignatureOffset) != kSignature)
    return nullptr;
  return Profile(cmsOpenProfileFromMem(bytes.data(), static_cast<cmsUInt32Number>(bytes.size())));
}

int channels_of(const Profile& profile) {
  const cmsColorSpaceSignature space = cmsGetColorSpace(profile.get());
  return space == cmsSigRgbData ? 3 : space == cmsSigGrayData ? 1 : 0;
}

std::string description_of(const Profile& profile) {
  std::array<char, 256> text{};
  cmsGetProfileInfoASCII(profile.get(), cmsInfoDescription, "en", "US", text.data(), text.size());
  return text.data();
}

cmsCIExyY with_luminance(Chromaticity point) { return {point.x, point.y, 1.0}; }

// Primaries on a line or nearly so give a matrix that no profile can hold.
bool has_sound_colorants(const Profile& profile) {
  constexpr double kMost = 4;  // ICC's numbers end at 32768; real ones are about 1
  for (const auto tag : {cmsSigRedColorantTag, cmsSigGreenColorantTag, cmsSigBlueColorantTag}) {
    const auto* colorant = static_cast<const cmsCIEXYZ*>(cmsReadTag(profile.get(), tag));
    if (colorant == nullptr) return false;
    for (const double part : {colorant->X, colorant->Y, colorant->Z})
      if (!(std::abs(part) <= kMost)) return false;
  }
  return true;
}

Profile make_profile(const ColourSpace& space, int channels) {
  const TransferCurve& t = space.transfer;
  const bool power = t.a == 1 && t.b == 0 && t.d == 0;
  const double parameters[] = {t.gamma, t.a, t.b, t.c, t.d};
  const std::unique_ptr<cmsToneCurve, FreeCurve> curve(
      power ? cmsBuildGamma(nullptr, t.gamma)
            : cmsBuildParametricToneCurve(nullptr, 4, parameters));
  if (!curve) return nullptr;
  if (channels == 1) return Profile(cmsCreateGrayProfile(cmsD50_xyY(), curve.get()));
  const Primaries& p = space.primaries;
  for (const Chromaticity& point : {p.white, p.red, p.green, p.blue})
    if (point.y <= 0) return nullptr;
  const cmsCIExyY white = with_luminance(p.white);
  const cmsCIExyYTRIPLE primaries{with_luminance(p.red), with_luminance(p.green),
                                  with_luminance(p.blue)};
  cmsToneCurve* const curves[] = {curve.get(), curve.get(), curve.get()};
  Profile profile(cmsCreateRGBProfile(&white, &primaries, curves));
  return profile && has_sound_colorants(profile) ? std::move(profile) : nullptr;
}

void describe(const Profile& profile, const std::string& name) {
  for (const auto& [tag, text] : {std::pair(cmsSigProfileDescriptionTag, name.c_str()),
                                  std::pair(cmsSigCopyrightTag, "No copyright")}) {
    cmsMLU* const words = cmsMLUalloc(nullptr, 1);
    if (words == nullptr) return;
    cmsMLUsetASCII(words, "en", "US", text);
    cmsWriteTag(profile.get(), tag, words);
    cmsMLUfree(words);
  }
}

Bytes saved(const Profile& profile) {
  cmsUInt32Number size = 0;
  if (!cmsSaveProfileToMem(profile.get(), nullptr, &size)) return {};
  Bytes bytes(size);
  if (!cmsSaveProfileToMem(profile.get(), bytes.data(), &size)) return {};
  // The library's date is that of today, and today's file would differ from tomorrow's.
  constexpr std::array<std::uint8_t, kDateBytes> kDate{0x07, 0xD0, 0, 1, 0, 1};  // 2000-01-01
  std::copy(kDate.begin(), kDate.end(), bytes.begin() + kDateOffset);
  return bytes;
}

// CIELAB of a regular grid of samples; nothing if the profile cannot be applied.
std::vector<cmsCIELab> grid_colours(const Profile& profile, int channels) {
  constexpr int kSteps = 9, kFull = 65535;
  std::vector<std::uint16_t> samples;
  const int colours = channels == 1 ? kSteps : kSteps * kSteps * kSteps;
  for (int i = 0; i < colours; ++i)
    for (int c = 0, rest = i; c < channels; ++c, rest /= kSteps)
      samples.push_back(static_cast<std::uint16_t>(rest % kSteps * kFull / (kSteps - 1)));
  const Profile lab(cmsCreateLab4Profile(nullptr));
  if (!lab) return {};
  const std::unique_ptr<void, DeleteTransform> transform(cmsCreateTransform(
      profile.get(), channels == 1 ? TYPE_GRAY_16 : TYPE_RGB_16, lab.get(), TYPE_Lab_DBL,
      INTENT_RELATIVE_COLORIMETRIC, cmsFLAGS_NOOPTIMIZE | cmsFLAGS_NOCACHE));
  if (!transform) return {};
  std::vector<cmsCIELab> colours_found(colours);
  cmsDoTransform(transform.get(), samples.data(), colours_found.data(),
                 static_cast<cmsUInt32Number>(colours));
  return colours_found;
}

// Whether two profiles give the same samples colours that nobody can tell apart: a distance of 1 in
// CIELAB is just noticeable.
bool same_colours(const Profile& a, const Profile& b) {
  constexpr double kNoticeable = 1.0;
  const int channels = a && b ? channels_of(a) : 0;
  if (channels == 0 || channels_of(b) != channels) return false;
  const std::vector<cmsCIELab> first = grid_colours(a, channels),
                               second = grid_colours(b, channels);
  if (first.empty()) return false;
  return std::equal(
      first.begin(), first.end(), second.begin(), second.end(),
      [](const cmsCIELab& x, const cmsCIELab& y) { return cmsDeltaE(&x, &y) < kNoticeable; });
}

bool is_srgb(const Profile& profile) {
  return profile && same_colours(profile, make_profile(kSrgbSpace, channels_of(profile)));
}

ColourMeaning meaning_of_profile(const Bytes& icc) {
  const Profile profile = open_profile(icc);
  if (!profile) {
    return {.is_srgb = false,
            .has_profile = true,
            .name = "that of an ICC profile that cannot be read",
            .profile = icc};
  }
  return {.is_srgb = is_srgb(profile),
          .has_profile = true,
          .name = description_of(profile) + " (ICC profile)",
          .profile = icc};
}

}  // namespace

ColourMeaning colour_meaning(const Metadata& metadata, int channels) {
  const ColourFacts facts = colour_facts(metadata, channels);
  if (facts.source == ColourSource::kNone) return {};
  if (facts.source == ColourSource::kIcc) return meaning_of_profile(metadata.icc);
  const Profile made = facts.space ? make_profile(*facts.space, channels) : nullptr;
  ColourMeaning meaning{.is_srgb = facts.source == ColourSource::kSrgb || is_srgb(made),
                        .has_profile = true,
                        .name = facts.name,
                        .profile = {}};
  meaning.has_profile = meaning.is_srgb || made != nullptr;
  if (!made || (!metadata.icc.empty() && same_colours(made, open_profile(metadata.icc)))) {
    // Beside cICP the picture's own profile is for those who do not know it.
    meaning.profile = metadata.icc;
  } else if (!meaning.is_srgb) {
    describe(made, facts.name);
    meaning.profile = saved(made);
  }
  return meaning;
}

Result<ProfileInfo> inspect_profile(ByteSpan bytes) {
  const Profile profile = open_profile(bytes);
  if (!profile) return Error{ErrorCode::kCorrupt, "is no ICC profile"};
  return ProfileInfo{description_of(profile), channels_of(profile)};
}

}  // namespace vaecomp
