// The vaecomp program.
#include "tools/vaecomp/command_line.h"
#include "tools/vaecomp/support/interrupt.h"
#include "tools/vaecomp/support/platform.h"

int main(int argc, char** argv) {
  vaecomp::prepare_heap();
  vaecomp::ignore_closed_pipes();
  vaecomp::install_interrupt_handlers();
  return vaecomp::run_command_line(argc, argv);
}
