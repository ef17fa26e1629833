// How fast this machine multiplies when nothing but multiplying is to be done.
#pragma once

namespace vaecomp {

// 1e9 multiply-accumulates in a second of processor time of one thread, in the inner products that
// the codec spends its time in, on numbers in the first-level cache.
struct KernelPeak {
  double exact = 0;   // 16-bit integers: decoding, and what encoding shares with it
  double floats = 0;  // single precision: analysis
};

// With the kernels that run, while `threads` (at least 1) threads do the same: they may share
// cores, and many cores at work are slower each.
KernelPeak kernel_peak(int threads);

}  // namespace vaecomp
