#pragma once

#include <optional>
#include <ostream>
#include <string>
#include <systemc>
#include <tlm>

#include "platform/player/host_port.h"
#include "platform/player/script.h"

namespace tensordash {

struct PlayerParameters {
  MemoryReach memory = MemoryReach::automatic;
  sc_core::sc_time poll_interval{100, sc_core::SC_NS};  ///< between reads of `poll`
  std::filesystem::path dumps;         ///< folder of dumped files; empty: the working directory
  std::ostream* output = nullptr;      ///< what `print` and `read` say
  std::ostream* transcript = nullptr;  ///< every line with the time at which it begins
};

/// Why a script failed, and where.
struct PlayFailure {
  enum class Kind {
    expectation,  ///< the device or the memory is not as the line wants it
    script,       ///< a data file is not as it was when the script was read
    system,       ///< a file cannot be written
  };
  Kind kind = Kind::expectation;
  std::string file;
  unsigned line = 0;
  std::string what;            ///< the command, or what is wrong
  std::string expected, seen;  ///< of an expectation

  /// One line.
  std::string text() const;
};

/// A script player without its sockets, which ScriptPlayer has.
class PlayerCore : public sc_core::sc_module {
 public:
  SC_HAS_PROCESS(PlayerCore);

  sc_core::sc_in<bool> irq{"irq"};
  sc_core::sc_out<bool> rst_n{"rst_n"};  ///< high but for `reset`

  /// Throws std::invalid_argument when the interval is 0.
  PlayerCore(const sc_core::sc_module_name& name, Script script, PlayerParameters parameters);

  /// The script has ended, well or with a failure.
  bool done() const { return done_; }
  const sc_core::sc_event& done_event() const { return done_event_; }
  /// The first line that failed, with which the script ended.
  const std::optional<PlayFailure>& failure() const { return failure_; }
  /// Lines that were begun.
  std::size_t played() const { return played_; }

 protected:
  /// The ways to the device and to the memory, once the sockets are bound.
  virtual tlm::tlm_fw_transport_if<>& register_path() = 0;
  virtual tlm::tlm_fw_transport_if<>& memory_path() = 0;

 private:
  void play();
  void attempt(const ScriptCommand& command);
  void run(const ScriptCommand& command);
  void load(const ScriptCommand& command);
  void fill(const ScriptCommand& command);
  void dump(const ScriptCommand& command);
  void expect_mem(const ScriptCommand& command);
  void expect(const ScriptCommand& command, std::uint32_t seen);
  void poll(const ScriptCommand& command);
  void wait_irq(const ScriptCommand& command);
  void expect_irq(const ScriptCommand& command);
  void settle();
  void reset(const ScriptCommand& command);
  void say(const std::string& text);
  void tell(const ScriptCommand& command);
  std::filesystem::path file_of(const ScriptCommand& command) const;

  const Script script_;
  const PlayerParameters parameters_;
  std::optional<HostPort> registers_, memory_;
  std::size_t played_ = 0;
  bool done_ = false;
  std::optional<PlayFailure> failure_;
  sc_core::sc_event done_event_{"done_event"};
};

}  // namespace tensordash
