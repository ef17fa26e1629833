// The public function of encoding: arguments checked, threads started, exceptions of the standard
// library turned into errors.
#include "codec/api/call_guard.h"
#include "codec/encoder/enc_stream.h"
#include "codec/encoder/encode_call.h"

namespace vaecomp {

Result<Bytes> encode(const Model& model, ImageView image, const EncodeOptions& options) {
  return guarded([&]() -> Result<Bytes> {
    if (auto valid = check_arguments(image, options); !valid) return valid.error();
    ThreadPool pool(thread_count(options.threads));
    return encode_stream(model, image, options, pool, StageProgress(options.progress));
  });
}

}  // namespace vaecomp
