// Sizes of the tensors inside of a network. Exact zone.
#pragma once

namespace vaecomp {

// Rows of a tensor per row of the network's inputs, and columns per column: `up` / `down`, of which
// one is 1. Sizes of inputs are multiples of every `down`.
struct Scale {
  int up = 1, down = 1;

  int of(int rows) const { return rows * up / down; }
  Scale times(int k) const { return down % k == 0 ? Scale{up, down / k} : Scale{up * k, down}; }
  Scale over(int k) const { return up % k == 0 ? Scale{up / k, down} : Scale{up, down * k}; }

  bool operator==(const Scale&) const = default;
};

}  // namespace vaecomp
