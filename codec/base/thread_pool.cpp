// Workers sleep between loops; a loop ends when its last index has been taken and no worker is
// inside it.
#include "codec/base/thread_pool.h"

#include <system_error>
#include <utility>

namespace vaecomp {

ThreadPool::ThreadPool(int threads) {
  workers_.reserve(threads > 1 ? static_cast<std::size_t>(threads - 1) : 0);
  for (int i = 1; i < threads; ++i) {
    try {
      workers_.emplace_back([this] { work(); });
    } catch (const std::system_error&) {
      break;  // the system has no more threads: the work is done by those there are
    }
  }
}

ThreadPool::~ThreadPool() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  for (std::thread& worker : workers_) worker.join();
}

void ThreadPool::parallel_for(int begin, int end, const std::function<void(int)>& body) {
  if (workers_.empty() || end - begin <= 1 || busy_.exchange(true)) {
    for (int i = begin; i < end; ++i) body(i);
    return;
  }
  {
    const std::lock_guard lock(mutex_);
    body_ = &body;
    next_ = begin;
    end_ = end;
    ++generation_;
  }
  wake_.notify_all();
  run_indices(body, end);
  std::exception_ptr failure;
  {
    std::unique_lock lock(mutex_);
    body_ = nullptr;  // a worker that wakes up only now stays out: nobody waits for it
    done_.wait(lock, [this] { return active_ == 0; });
    failure = std::exchange(failure_, nullptr);
  }
  busy_ = false;
  if (failure) std::rethrow_exception(failure);
}

void ThreadPool::work() {
  unsigned seen = 0;
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [&] { return stop_ || generation_ != seen; });
    if (stop_) return;
    seen = generation_;
    if (!body_) continue;
    const std::function<void(int)>& body = *body_;
    const int end = end_;
    ++active_;
    lock.unlock();
    run_indices(body, end);
    lock.lock();
    if (--active_ == 0) done_.notify_one();
  }
}

// An exception that left a worker's thread would end the process.
void ThreadPool::run_indices(const std::function<void(int)>& body, int end) noexcept {
  try {
    for (int i = next_.fetch_add(1); i < end; i = next_.fetch_add(1)) body(i);
  } catch (...) {
    next_ = end;  // the result is lost: leave the other indices alone
    const std::lock_guard lock(mutex_);
    if (!failure_) failure_ = std::current_exception();
  }
}

}  // namespace vaecomp
