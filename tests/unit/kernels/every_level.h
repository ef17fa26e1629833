// Runs a test's body on the kernels of every level that this processor has.
#pragma once

#include <doctest/doctest.h>

#include <string>

#include "codec/kernels/kernels.h"

namespace vaecomp {

template <typename Body>
void on_every_level(const Body& body) {
  const std::string before = kernels().name;
  for (const Kernels* level : kernel_levels()) {
    INFO("kernels: ", level->name);
    REQUIRE(choose_kernels(level->name));
    body();
  }
  REQUIRE(choose_kernels(before));
}

}  // namespace vaecomp
