// Writers in front of writers.
#include "tools/vaecomp/picture/writing_stages.h"

#include <algorithm>
#include <utility>

#include "tools/image_io/orientation.h"

namespace vaecomp {
namespace {

class FlatteningWriter : public PictureWriter {
 public:
  FlatteningWriter(Colour background, std::unique_ptr<PictureWriter> next)
      : background_(background), next_(std::move(next)) {}

  Result<void> begin(const PictureHead& head) override {
    head_ = head;
    return next_->begin(flattened_head(head, background_));
  }

  Result<void> take(ImageView rows) override {
    if (!head_.alpha) return next_->take(rows);
    Image part{.samples = {rows.samples.begin(), rows.samples.end()},
               .width = rows.width,
               .height = rows.height,
               .channels = rows.channels,
               .samples16 = {rows.samples16.begin(), rows.samples16.end()},
               .alpha = {rows.alpha.begin(), rows.alpha.end()}};
    part = flattened(std::move(part), background_);
    return next_->take(part.view());
  }

  Result<void> finish() override { return next_->finish(); }

 private:
  Colour background_;
  std::unique_ptr<PictureWriter> next_;
  PictureHead head_;
};

class UprightWriter : public PictureWriter {
 public:
  explicit UprightWriter(std::unique_ptr<PictureWriter> next) : next_(std::move(next)) {}

  Result<void> begin(const PictureHead& head) override {
    orientation_ = exif_orientation(head.metadata.exif);
    if (orientation_ == 1) return next_->begin(head);
    PictureHead shown = oriented_head(head, orientation_);
    forget_orientation(shown.metadata);
    shown_height_ = shown.height;
    if (auto begun = stored_.begin(head); !begun) return begun;
    return next_->begin(shown);
  }

  Result<void> take(ImageView rows) override {
    return orientation_ == 1 ? next_->take(rows) : stored_.take(rows);
  }

  Result<void> finish() override {
    constexpr int kRows = 64;  // enough for a column's neighbours to be used while they are cached
    if (orientation_ != 1) {
      for (int y = 0; y < shown_height_; y += kRows) {
        const Image part =
            oriented_rows(stored_.image(), orientation_, y, std::min(shown_height_, y + kRows));
        if (auto done = next_->take(part.view()); !done) return done;
      }
      stored_.image() = {};
    }
    return next_->finish();
  }

 private:
  std::unique_ptr<PictureWriter> next_;
  int orientation_ = 1;
  int shown_height_ = 0;
  ImageSink stored_;
};

}  // namespace

std::unique_ptr<PictureWriter> flattening_writer(Colour background,
                                                 std::unique_ptr<PictureWriter> next) {
  return std::make_unique<FlatteningWriter>(background, std::move(next));
}

std::unique_ptr<PictureWriter> upright_writer(std::unique_ptr<PictureWriter> next) {
  return std::make_unique<UprightWriter>(std::move(next));
}

}  // namespace vaecomp
