// Parts of a model as a program holds them (codec/default_model): no format of files, but an image
// that this build makes for itself.
#pragma once

#include "format/model_file.h"

namespace vaecomp {

// A part's networks with the tensors they need, under the whole model's id. `level` is zstd's:
// below 0 the part is larger and opens several times as fast. Errors: kInvalidArgument, kMemory.
Result<Bytes> pack_model_part(const ModelFile& part, int level);

// Errors: kCorrupt, kMemory. There is no checksum: the bytes are the program's own.
Result<ModelFile> unpack_model_part(ByteSpan bytes);

}  // namespace vaecomp
