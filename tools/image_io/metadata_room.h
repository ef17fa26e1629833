// How much metadata a picture file may bring: one rule for all readers and kinds. What would be
// more is refused, never dropped without a word.
#pragma once

#include <algorithm>
#include <string>

#include "tools/image_io/damage.h"

namespace vaecomp {

class MetadataRoom {
 public:
  MetadataRoom(const Limits& limits, Damage& damage)
      : most_(std::min<std::uint64_t>(limits.max_metadata, kMaxMetadata)), damage_(damage) {}

  // Bytes that may still come, of all kinds together.
  std::size_t left() const { return full_ ? 0 : most_ - taken_; }

  // Whether there is room for so many bytes more, which are taken. If not: an error; from a
  // tolerant caller false and a warning that this and all that follows is left out.
  Result<bool> take(std::uint64_t bytes, std::uint64_t offset) {
    if (bytes > left())
      return refuse("more than " + std::to_string(most_) + " bytes of metadata (--max-metadata)",
                    offset);
    taken_ += bytes;
    return true;
  }

  // The same for one text more.
  Result<bool> take_text(const TextEntry& text, std::uint64_t offset) {
    if (texts_ == kMaxTexts)
      return refuse("more than " + std::to_string(kMaxTexts) + " texts", offset);
    const std::size_t letters =
        text.key.size() + text.language.size() + text.translated_key.size() + text.text.size();
    Result<bool> taken = take(letters + kTextHeads, offset);
    if (taken && *taken) ++texts_;
    return taken;
  }

 private:
  Result<bool> refuse(const std::string& what, std::uint64_t offset) {
    if (!damage_.tolerant())
      return Error{ErrorCode::kLimit, what + "; --tolerant leaves out the rest", offset};
    if (!full_) damage_.harmless(what + ": the rest is left out", offset);
    full_ = true;
    return false;
  }

  static constexpr std::uint64_t kTextHeads = 4 * 4;  // of lengths, at most, in a stream

  std::uint64_t most_, taken_ = 0;
  std::uint32_t texts_ = 0;
  bool full_ = false;
  Damage& damage_;
};

}  // namespace vaecomp
