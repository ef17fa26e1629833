// The heads of JPEG's application segments that carry metadata.
#pragma once

#include <string_view>

namespace vaecomp {

using namespace std::string_view_literals;

inline constexpr std::string_view kJfifHead = "JFIF\0"sv;    // APP0 (JFIF 1.02)
inline constexpr std::string_view kExifHead = "Exif\0\0"sv;  // APP1 (EXIF 2.3, 4.7.2)
inline constexpr std::string_view kXmpHead =
    "http://ns.adobe.com/xap/1.0/\0"sv;  // APP1 (XMP part 3)
inline constexpr std::string_view kExtendedXmpHead =
    "http://ns.adobe.com/xmp/extension/\0"sv;                            // APP1
inline constexpr std::string_view kProfileHead = "ICC_PROFILE\0"sv;      // APP2 (ICC.1, annex B)
inline constexpr std::string_view kMpfHead = "MPF\0"sv;                  // APP2 (CIPA DC-007)
inline constexpr std::string_view kPhotoshopHead = "Photoshop 3.0\0"sv;  // APP13
inline constexpr std::string_view kAdobeHead = "Adobe"sv;                // APP14
inline constexpr std::size_t kMaxSegment = 65533;                        // bytes of content in one
inline constexpr std::string_view kCommentKey = "Comment";  // PNG's name for what COM holds

}  // namespace vaecomp
