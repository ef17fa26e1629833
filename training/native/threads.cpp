#include "training/native/threads.h"

#include <algorithm>
#include <memory>

#include "codec/base/thread_pool.h"

#if defined(__SSE2__)
#include <immintrin.h>
#endif

namespace vaecomp::training {
namespace {

std::unique_ptr<ThreadPool>& pool() {
  static std::unique_ptr<ThreadPool> held = std::make_unique<ThreadPool>(1);
  return held;
}

// Flushes denormal numbers to zero while it lives.
class FlushDenormals {
 public:
#if defined(__SSE2__)
  FlushDenormals() : saved_(_mm_getcsr()) { _mm_setcsr(saved_ | kFlush); }
  ~FlushDenormals() { _mm_setcsr(saved_); }
  FlushDenormals(const FlushDenormals&) = delete;
  FlushDenormals& operator=(const FlushDenormals&) = delete;

 private:
  static constexpr unsigned kFlush = 0x8040;  // results and operands
  unsigned saved_;
#endif
};

}  // namespace

void set_threads(int threads) {
  if (pool()->threads() != std::max(1, threads)) pool() = std::make_unique<ThreadPool>(threads);
}

void parallel_tasks(int count, const std::function<void(int)>& task) {
  pool()->parallel_for(0, count, [&task](int i) {
    const FlushDenormals flush;
    task(i);
  });
}

}  // namespace vaecomp::training
