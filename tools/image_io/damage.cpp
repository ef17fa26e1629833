// Remarks and errors.
#include "tools/image_io/damage.h"

#include <algorithm>
#include <utility>

namespace vaecomp {

void Damage::tell(Remark remark) {
  if (remarks_ == nullptr || told_ == kMaxTold) return;
  const auto same = [&remark](const Remark& other) {
    return other.kind == remark.kind && other.text == remark.text;
  };
  if (std::any_of(remarks_->begin(), remarks_->end(), same)) return;
  ++told_;
  remarks_->push_back(std::move(remark));
}

void Damage::harmless(std::string text, std::uint64_t offset) {
  tell({RemarkKind::kDamage, std::move(text), offset});
}

Result<void> Damage::serious(Error error, std::string_view made_up) {
  if (!tolerant_) {
    error.text += "; --tolerant takes what is there";
    return error;
  }
  pixels_are_wrong_ = true;
  tell({RemarkKind::kMadeUp, error.text + ": " + std::string(made_up), error.offset});
  return {};
}

void note_trailing_bytes(ByteSpan file, std::size_t end, Remarks* remarks) {
  const ByteSpan rest = file.subspan(end);
  if (is_padding(rest)) return;
  add_remark(remarks,
             {RemarkKind::kLeftOut,
              "left out: " + std::to_string(rest.size()) + " bytes after the picture", end});
}

bool is_padding(ByteSpan bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t byte) { return byte == 0; });
}

}  // namespace vaecomp
