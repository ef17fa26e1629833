// Latents of whatever the user names: a stream has them, a picture is encoded first.
#pragma once

#include <optional>
#include <string>

#include "tools/vaecomp/picture/metadata_kinds.h"
#include "tools/vaecomp/picture/picture_input.h"
#include "tools/vaecomp/support/file_traits.h"
#include "tools/vaecomp/support/messages.h"
#include "tools/vaecomp/support/status.h"
#include "vaecomp/study.hpp"

namespace vaecomp {

inline constexpr int kDefaultQuality = 50;  // of a picture that is not told another

struct LatentsSource {
  std::string name;  // for messages
  Bytes stream;      // empty if it is a picture
  Image image;       // empty if it is a stream
  int width = 0, height = 0;
  std::optional<int> quality;  // of a stream

  bool is_stream() const { return !stream.empty(); }
};

// Reads a file and looks at its size, without coding anything yet; shows what there is to say about
// it.
Status open_source(const std::string& path, const PictureArgs& picture, const MessageArgs& messages,
                   LatentsSource& source);

// Latents with prior and cost, and the metadata beside them. A picture is coded at `quality`, its
// alpha left out, a stream at its own.
Status load_latents(const Model& model, LatentsSource source, int quality, int threads,
                    const Limits& limits, StudiedLatents& studied, Metadata& metadata);

// As synthesise_latents, into the file at `path`, whose name chooses the format, and which is as
// open as `like`; upright unless that is not wanted. Shows what there is to say about the file.
Status write_synthesised(const DecoderModel& model, const Latents& latents,
                         const Metadata& metadata, int threads, const PictureArgs& picture,
                         const MessageArgs& messages, const std::string& path,
                         const FileTraits& like);

}  // namespace vaecomp
