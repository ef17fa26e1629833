// Every index once, with any number of threads, nested and many times over; exceptions reach the
// caller.
#include "codec/base/thread_pool.h"

#include <doctest/doctest.h>

#include <atomic>
#include <new>
#include <numeric>
#include <vector>

namespace vaecomp {
namespace {

TEST_CASE("a pool has the threads asked for, at least the caller") {
  CHECK(ThreadPool(1).threads() == 1);
  CHECK(ThreadPool(2).threads() == 2);
  CHECK(ThreadPool(7).threads() == 7);
}

TEST_CASE("every index is visited once") {
  for (const int threads : {1, 2, 7}) {
    ThreadPool pool(threads);
    for (int end = 0; end < 300; end += 7) {
      std::vector<std::atomic<int>> visits(end + 1);
      pool.parallel_for(3, end, [&](int i) { ++visits[i]; });
      for (int i = 0; i <= end; ++i) CHECK(visits[i] == (i >= 3 && i < end ? 1 : 0));
    }
  }
}

TEST_CASE("plain writes of the bodies are seen after the loop") {
  ThreadPool pool(7);
  std::vector<int> values(1000);
  for (int round = 0; round < 200; ++round) {
    pool.parallel_for(0, 1000, [&](int i) { values[i] += i; });
  }
  for (int i = 0; i < 1000; ++i) CHECK(values[i] == 200 * i);
}

TEST_CASE("short loops follow one another without losing an index") {
  ThreadPool pool(3);
  std::atomic<int> visits{0};
  for (int round = 0; round < 20000; ++round) {
    pool.parallel_for(0, 4, [&](int) { ++visits; });
    REQUIRE(visits == 4 * (round + 1));
  }
}

TEST_CASE("nested loops are complete") {
  ThreadPool pool(3);
  std::atomic<int> sum{0};
  pool.parallel_for(0, 10,
                    [&](int i) { pool.parallel_for(0, 10, [&](int j) { sum += 10 * i + j; }); });
  CHECK(sum == 99 * 100 / 2);
  std::atomic<int> below_one_index{0};
  pool.parallel_for(0, 1, [&](int) { pool.parallel_for(0, 50, [&](int) { ++below_one_index; }); });
  CHECK(below_one_index == 50);
}

TEST_CASE("what a body throws reaches the caller, and the pool goes on") {
  for (const int threads : {1, 2, 7}) {
    ThreadPool pool(threads);
    for (int round = 0; round < 100; ++round) {
      const auto no_memory_at = [round](int i) {
        if (i >= round) throw std::bad_alloc();
      };
      CHECK_THROWS_AS(pool.parallel_for(0, 100, no_memory_at), std::bad_alloc);
      const auto nested = [&](int) { pool.parallel_for(0, 100, no_memory_at); };
      CHECK_THROWS_AS(pool.parallel_for(0, 10, nested), std::bad_alloc);
      std::atomic<int> visits{0};
      pool.parallel_for(0, 100, [&](int) { ++visits; });
      CHECK(visits == 100);
    }
  }
}

}  // namespace
}  // namespace vaecomp
