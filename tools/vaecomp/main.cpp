// The vaecomp program.
#include "tools/vaecomp/command_line.h"
#include "tools/vaecomp/support/interrupt.h"
#include "tools/vaecomp/support/platform.h"

int main(int argc, char** argv) {
  vaecomp::prepare_heap();
  vaecomp::ignore_write_signals();
  vaecomp::file_mode_mask();
  vaecomp::install_interrupt_handlers();
  return vaecomp::run_command_line(argc, argv);
}
