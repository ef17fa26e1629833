// Chooses a level once, when the first kernel is asked for. Exact zone.
#include "codec/kernels/kernels.h"

#include <atomic>
#include <cstdlib>
#include <vector>

#include "codec/kernels/level.h"

namespace vaecomp {
namespace {

constexpr const Kernels* kCompiled[] = {
    &kGenericKernels,
#if defined(VAECOMP_X86_64_KERNELS)
    &kSse2Kernels,    &kAvx2Kernels, &kAvx512Kernels, &kAvx512Bf16Kernels,
#elif defined(VAECOMP_NEON_KERNELS)
    &kNeonKernels,
#endif
};

const Kernels* named(std::string_view name) {
  for (const Kernels* level : kernel_levels())
    if (level->name == name) return level;
  return nullptr;
}

std::atomic<const Kernels*>& chosen() {
  static std::atomic<const Kernels*> level = [] {
    const char* name = std::getenv("VAECOMP_KERNELS");
    const Kernels* wanted = name ? named(name) : nullptr;
    return wanted ? wanted : kernel_levels().back();
  }();
  return level;
}

}  // namespace

std::span<const Kernels* const> kernel_levels() {
  static const std::vector<const Kernels*> usable = [] {
    std::vector<const Kernels*> levels;
    for (const Kernels* level : kCompiled)
      if (level->has_level()) levels.push_back(level);
    return levels;
  }();
  return usable;
}

const Kernels& kernels() { return *chosen().load(std::memory_order_relaxed); }

bool choose_kernels(std::string_view name) {
  const Kernels* level = named(name);
  if (level) chosen().store(level, std::memory_order_relaxed);
  return level != nullptr;
}

}  // namespace vaecomp
