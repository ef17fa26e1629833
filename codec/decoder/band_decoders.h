// The entropy decoders of a stream's bands, one each, opened and closed together.
#pragma once

#include <vector>

#include "codec/decoder/band_streams.h"
#include "codec/entropy/rans_decoder.h"
#include "format/container.h"

namespace vaecomp {

class BandDecoders {
 public:
  // Opens the latents section of `container`. Borrows it and the tables. Errors: kTruncated,
  // kCorrupt, with the byte's offset in the file.
  static Result<BandDecoders> open(const Container& container, int bands, const CdfTables& tables);

  RansDecoder& operator[](int band) { return decoders_[band]; }

  // What has gone wrong in a band so far, with the byte's offset in the file, if anything has.
  Result<void> fault(int band) const;

  // Call after the last value of every band. Errors: the first band's that has one, with the byte's
  // offset in the file.
  Result<void> finish() const;

 private:
  std::vector<BandStream> streams_;
  std::vector<RansDecoder> decoders_;
};

}  // namespace vaecomp
