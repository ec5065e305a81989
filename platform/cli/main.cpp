#include <csignal>
#include <cstdlib>
#include <systemc>

#include "platform/cli/command_line.h"

// libsystemc brings a main() of its own that prints a banner; ours silences it first.
int main(int argc, char* argv[]) {
  // A file size limit shows as a failed write, which is reported and cleaned up after.
  std::signal(SIGXFSZ, SIG_IGN);
  setenv("SC_COPYRIGHT_MESSAGE", "DISABLE", 1);
  return sc_core::sc_elab_and_sim(argc, argv);
}

int sc_main(int argc, char* argv[]) {
  return tensordash::command_line(argc, argv);
}
