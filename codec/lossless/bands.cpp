// Bands shared out to threads.
#include "codec/lossless/bands.h"

#include <atomic>
#include <mutex>
#include <optional>
#include <vector>

namespace vaecomp {

Result<void> for_bands(int bands, ThreadPool& pool, const BandsDone& done,
                       const std::function<Result<void>(int)>& body) {
  std::vector<std::optional<Error>> errors(bands);
  std::mutex mutex;
  int finished = 0;
  std::atomic<bool> stop{false};
  pool.parallel_for(0, bands, [&](int band) {
    if (stop) return;
    Result<void> result = body(band);
    const std::lock_guard lock(mutex);
    ++finished;
    if (result && done) result = done(static_cast<int>(256LL * finished / bands));
    if (result) return;
    errors[band] = result.error();
    stop = true;
  });
  for (const auto& error : errors)
    if (error) return *error;
  return {};
}

}  // namespace vaecomp
