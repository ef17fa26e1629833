// Asks the library.
#include "tools/vaecomp/support/kernels_option.h"

#include <string>

#include "vaecomp/vaecomp.hpp"

namespace vaecomp {

void add_kernels_option(CLI::App& command) {
  command
      .add_option_function<std::string>(
          "--kernels",
          [](const std::string& name) {
            if (use_kernels(name)) return;
            std::string usable;
            for (const std::string& each : usable_kernels()) usable += " " + each;
            throw CLI::ValidationError("--kernels", "this processor has" + usable);
          },
          "Instruction set to compute with, for measurements: generic, sse2, avx2, ...; the last "
          "that the processor has is the default")
      ->type_name("NAME");
}

}  // namespace vaecomp
