// The decompressed payload of a model file (MODEL.md section 2), inside of its container.
#pragma once

#include <memory>

#include "format/bytes.h"
#include "format/error.h"
#include "format/model_file.h"

namespace vaecomp {

// Reads a whole payload; `id` is left 0. The tensors are views of it; they share `owner`, which
// keeps it (null: the caller does). Errors: kTruncated, kCorrupt with the offset in the payload and
// the rule (VM-07 .. VM-10).
Result<ModelFile> read_model_payload(ByteSpan payload, std::shared_ptr<const void> owner = {});

// Writes a payload. Equal models give equal bytes. Error: kInvalidArgument for what
// read_model_payload would refuse.
Result<Bytes> write_model_payload(const ModelFile& model);

}  // namespace vaecomp
