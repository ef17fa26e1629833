// Metadata by kind, for info: what there is, and one kind's bytes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "tools/vaecomp/support/status.h"
#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

// The metadata of a stream; `name` is for messages.
Status stream_metadata(const std::string& name, ByteSpan stream, const Limits& limits,
                       Metadata& metadata);

// Kinds that extracted() knows.
inline constexpr const char* kExtractedKinds[] = {"exif", "icc", "xmp", "iptc", "text"};

// The bytes of a kind as they are kept: an EXIF block from its TIFF header on, a profile, a packet,
// Photoshop resources; of texts UTF-8, "Key: text" and a line end each, with the language, if there
// is one, as "Key [de]: text". Nothing if the picture has none. Precondition: a known kind.
std::optional<Bytes> extracted(const Metadata& metadata, std::string_view kind);

// "ICC 3144 bytes, EXIF 412 bytes, 2 texts, pHYs"; empty if there is nothing.
std::string metadata_text(const Metadata& metadata);

}  // namespace vaecomp
