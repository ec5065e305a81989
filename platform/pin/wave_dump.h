#pragma once

#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <systemc>
#include <vector>

namespace tensordash {

/// A dump that cannot be made as asked; what() is one line that names the scope or file.
class WaveError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// What to dump into a VCD file.
struct WaveRequest {
  std::filesystem::path file;            ///< ends in .vcd
  std::vector<std::string> scopes;       ///< instances or ports, e.g. "array.tile_0"
  unsigned lanes = 16, depth = 3;        ///< of the machine: sizes the zero vectors
  bool picoseconds = false;              ///< unit of time; else nanoseconds
  std::uint64_t from = 0;                ///< first clock of the simulation in the dump
  std::uint64_t to = ~std::uint64_t{0};  ///< first clock after it
};

/// Writes the signals of some scopes for some clocks. Every output port below a scope appears under
/// the instance that drives it, and every signal inside an instance that no port drives.
class WaveDump {
 public:
  /// Throws WaveError: a scope that does not exist (naming those that do), a file that cannot be
  /// written, a window without a clock.
  WaveDump(const sc_core::sc_object& top, WaveRequest request);
  /// Leaves no file unless finish() was reached.
  ~WaveDump();
  WaveDump(const WaveDump&) = delete;
  WaveDump& operator=(const WaveDump&) = delete;

  /// Opens or closes the dump for clock `now` and returns how many clocks, at most `count`, may run
  /// until it has to be asked again.
  std::uint64_t until_next_change(std::uint64_t now, std::uint64_t count);

  /// Completes the file under its name. Throws WaveError when no clock fell into the window,
  /// std::system_error when it could not be written whole.
  void finish();

 private:
  void open();
  void close();

  WaveRequest request_;
  std::filesystem::path partial_;  ///< what is written until the dump is whole
  std::vector<const sc_core::sc_object*> scopes_;
  sc_core::sc_trace_file* file_ = nullptr;
  bool dumped_ = false;
  bool finished_ = false;
};

}  // namespace tensordash
