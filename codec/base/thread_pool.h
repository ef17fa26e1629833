// A fixed set of worker threads that share the indices of a loop. Exact zone.
#pragma once

#include <atomic>
#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace vaecomp {

// Owns `threads - 1` workers; the calling thread is the last one. One loop at a time is shared:
// loops begun while it runs, by its own body or by another thread, run on the thread that begins
// them.
class ThreadPool {
 public:
  // threads >= 1. If the system gives fewer threads, the pool has fewer; with 1 no thread is
  // started.
  explicit ThreadPool(int threads);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  // Threads that take part in a loop, the caller included; at least 1.
  int threads() const { return static_cast<int>(workers_.size()) + 1; }

  // Calls body(i) once for every i in [begin, end), in any order, on any thread, and returns when
  // all have returned. Indices are handed out one by one. If a body throws, which only running out
  // of memory does, no more indices are handed out and the caller gets the first exception.
  void parallel_for(int begin, int end, const std::function<void(int)>& body);

 private:
  void work();
  void run_indices(const std::function<void(int)>& body, int end) noexcept;

  std::vector<std::thread> workers_;
  std::mutex mutex_;
  std::condition_variable wake_;  // workers wait for a loop or the end
  std::condition_variable done_;  // the caller waits until no worker is inside the loop
  const std::function<void(int)>* body_ = nullptr;  // of the current loop
  std::atomic<int> next_{0};
  int end_ = 0;
  int active_ = 0;              // workers inside the current loop
  std::exception_ptr failure_;  // the first that a body of the current loop threw
  unsigned generation_ = 0;     // number of loops begun
  bool stop_ = false;
  std::atomic<bool> busy_{false};  // a loop is running: others run serially
};

}  // namespace vaecomp
