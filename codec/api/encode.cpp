// The public function of encoding: arguments checked, threads started, exceptions of the standard
// library turned into errors.
#include <utility>
#include <vector>

#include "codec/api/call_guard.h"
#include "codec/encoder/coded_colour.h"
#include "codec/encoder/enc_image.h"
#include "codec/encoder/enc_lossless.h"
#include "codec/encoder/encode_call.h"
#include "codec/encoder/verify_stream.h"

namespace vaecomp {

Result<Bytes> encode(const Model& model, ImageView image, const EncodeOptions& options) {
  if (auto valid = check_arguments(image, options); !valid) return valid.error();
  return guarded([&]() -> Result<Bytes> {
    ThreadPool pool(thread_count(options.threads));
    const StageProgress progress(options.progress);
    if (options.lossless) return encode_lossless(image, options.verify, pool, progress);
    const Result<std::vector<OwnedSection>> side_sections = write_side_sections(image, pool);
    if (!side_sections) return side_sections.error();
    Image storage;
    const ImageView coded = coded_colour(image, storage);
    Result<EncodedLatents> latents = encode_latents(model.impl(), coded, options.quality,
                                                    options.effort, options.verify, pool, progress);
    if (!latents) return latents.error();

    const StreamHeader header =
        stream_header(model, image, coded, options.quality, latents->quantisation);
    Bytes stream = assemble_stream(header, latents->payload, *side_sections);
    if (options.verify) {
      auto same = verify_stream(model.impl(), stream, image, latents->checks, pool);
      if (!same) return same.error();
    }
    if (auto go_on = progress.reached(1.0); !go_on) return go_on.error();
    return stream;
  });
}

}  // namespace vaecomp
