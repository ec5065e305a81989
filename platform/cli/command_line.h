#pragma once

namespace tensordash {

/// How the program ends.
enum ExitStatus : int {
  all_right = 0,     ///< ran, and what was verified is right
  wrong_output = 1,  ///< an output differs from the golden
  bad_usage = 2,     ///< bad usage or input
  failure = 3,       ///< anything else: disk full, internal
  interrupted = 128  ///< plus the signal's number, as shells count
};

/// The program `tensordash`, without its main(): parses, runs, reports; returns an ExitStatus.
int command_line(int argc, char** argv);

}  // namespace tensordash
