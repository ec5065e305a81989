#include "platform/player/player_core.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <system_error>
#include <utility>
#include <vector>

#include "models/trace/atomic_file.h"
#include "platform/player/data_file.h"

namespace tensordash {
namespace {

constexpr std::uint64_t piece_bytes = std::uint64_t{1} << 20U;

/// Deltas from an access to the irq that follows from it without a clock.
constexpr unsigned settling_deltas = 4;

/// An expectation that was not met.
class Unmet : public std::runtime_error {
 public:
  Unmet(const std::string& what, std::string expected, std::string seen)
      : std::runtime_error(what), expected_(std::move(expected)), seen_(std::move(seen)) {}
  const std::string& expected() const { return expected_; }
  const std::string& seen() const { return seen_; }

 private:
  std::string expected_, seen_;
};

/// A data file that is not as it was.
class SpoiltData : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

sc_core::sc_time time_of(const ScriptCommand& command) {
  return {static_cast<double>(command.picoseconds), sc_core::SC_PS};
}

/// Calls act(offset, bytes) for the pieces of so many bytes.
template <typename Act>
void in_pieces(std::uint64_t bytes, Act act) {
  for (std::uint64_t at = 0; at < bytes; at += piece_bytes) {
    act(at, static_cast<std::size_t>(std::min(piece_bytes, bytes - at)));
  }
}

/// Calls act with what the command takes of its file, as it is now.
template <typename Act>
void with_data(const ScriptCommand& command, const std::filesystem::path& file, Act act) {
  std::vector<std::uint8_t> piece;
  const auto guarded = [](const auto& call) {
    try {
      return call();
    } catch (const std::runtime_error& problem) {
      throw SpoiltData(problem.what());
    }
  };
  DataFile data = guarded([&] { return DataFile(file); });
  const std::uint64_t bytes =
      guarded([&] { return data.bytes_from(command.offset, command.file_bytes); });
  // The script could not know how long a file becomes that it dumps.
  if (bytes - 1 > ~std::uint64_t{0} - command.address) {
    throw SpoiltData(fmt::format("{}: {} bytes from {:#x} on reach beyond the last address",
                                 file.string(), bytes, command.address));
  }
  in_pieces(bytes, [&](std::uint64_t at, std::size_t count) {
    piece.resize(count);
    guarded([&] { data.read(command.offset + at, piece.data(), count); });
    act(at, piece);
  });
}

std::string masked(std::uint32_t value, std::uint32_t mask) {
  if (mask == ~std::uint32_t{0}) return fmt::format("{:#x}", value);
  return fmt::format("{:#x} (mask {:#x})", value, mask);
}

}  // namespace

std::string PlayFailure::text() const {
  const std::string place = fmt::format("{}:{}: {}", file, line, what);
  if (kind != Kind::expectation) return place;
  return fmt::format("{}: expected {}, seen {}", place, expected, seen);
}

PlayerCore::PlayerCore(const sc_core::sc_module_name& name, Script script,
                       PlayerParameters parameters)
    : sc_module(name), script_(std::move(script)), parameters_(std::move(parameters)) {
  if (parameters_.poll_interval == sc_core::SC_ZERO_TIME) {
    throw std::invalid_argument("the player's poll_interval is 0; allowed: more");
  }
  rst_n.initialize(true);
  SC_THREAD(play);
}

void PlayerCore::play() {
  registers_.emplace(register_path());
  memory_.emplace(memory_path(), parameters_.memory);
  for (const ScriptCommand& command : script_.commands()) {
    ++played_;
    tell(command);
    attempt(command);
    if (failure_) break;
  }
  done_ = true;
  done_event_.notify(sc_core::SC_ZERO_TIME);
}

void PlayerCore::attempt(const ScriptCommand& command) {
  const auto fail = [&](PlayFailure::Kind kind, const std::string& what,
                        const std::string& expected = {}, const std::string& seen = {}) {
    failure_ = PlayFailure{kind, script_.name(), command.line, what, expected, seen};
  };
  // Nothing else is caught: the kernel ends processes with an exception of its own.
  try {
    run(command);
  } catch (const Unmet& problem) {
    fail(PlayFailure::Kind::expectation, fmt::format("{}{}", command.text, problem.what()),
         problem.expected(), problem.seen());
  } catch (const RefusedAccess& problem) {
    fail(PlayFailure::Kind::expectation, fmt::format("{}, {}", command.text, problem.what()),
         problem.expected(), problem.seen());
  } catch (const SpoiltData& problem) {
    fail(PlayFailure::Kind::script, problem.what());
  } catch (const std::system_error& problem) {
    fail(PlayFailure::Kind::system, problem.what());
  }
}

void PlayerCore::run(const ScriptCommand& command) {
  switch (command.verb) {
    case ScriptVerb::load:
      return load(command);
    case ScriptVerb::fill:
      return fill(command);
    case ScriptVerb::store:
      return memory_->write(command.address, command.data.data(), command.data.size());
    case ScriptVerb::dump:
      return dump(command);
    case ScriptVerb::expect_mem:
      return expect_mem(command);
    case ScriptVerb::expect32: {
      std::array<std::uint8_t, 4> bytes{};
      memory_->read(command.address, bytes.data(), bytes.size());
      std::uint32_t seen = 0;
      for (unsigned at = 0; at < 4; ++at) seen |= std::uint32_t{bytes[at]} << (8 * at);
      return expect(command, seen);
    }
    case ScriptVerb::write:
      return registers_->write_word(command.address, command.value);
    case ScriptVerb::read:
      return say(
          fmt::format("{} = {:#010x}", command.name, registers_->read_word(command.address)));
    case ScriptVerb::expect:
      return expect(command, registers_->read_word(command.address));
    case ScriptVerb::poll:
      return poll(command);
    case ScriptVerb::wait_irq:
      return wait_irq(command);
    case ScriptVerb::expect_irq:
      return expect_irq(command);
    case ScriptVerb::wait:
      return wait(time_of(command));
    case ScriptVerb::reset:
      return reset(command);
    case ScriptVerb::print:
      return say(command.name);
  }
}

void PlayerCore::load(const ScriptCommand& command) {
  with_data(command, file_of(command),
            [&](std::uint64_t at, const std::vector<std::uint8_t>& piece) {
              memory_->write(command.address + at, piece.data(), piece.size());
            });
}

void PlayerCore::fill(const ScriptCommand& command) {
  in_pieces(command.bytes, [&](std::uint64_t at, std::size_t count) {
    const std::vector<std::uint8_t> piece(count, static_cast<std::uint8_t>(command.value));
    memory_->write(command.address + at, piece.data(), count);
  });
}

void PlayerCore::dump(const ScriptCommand& command) {
  AtomicFile file(parameters_.dumps / command.file);
  std::vector<std::uint8_t> piece;
  in_pieces(command.bytes, [&](std::uint64_t at, std::size_t count) {
    piece.resize(count);
    memory_->read(command.address + at, piece.data(), count);
    file.write(piece.data(), count);
  });
  file.commit();
}

void PlayerCore::expect_mem(const ScriptCommand& command) {
  std::vector<std::uint8_t> held;
  with_data(command, file_of(command),
            [&](std::uint64_t at, const std::vector<std::uint8_t>& piece) {
              held.resize(piece.size());
              memory_->read(command.address + at, held.data(), held.size());
              const auto [seen, wanted] = std::mismatch(held.begin(), held.end(), piece.begin());
              if (seen == held.end()) return;
              const std::uint64_t first = at + static_cast<std::uint64_t>(seen - held.begin());
              throw Unmet(fmt::format(", byte at {:#x}", command.address + first),
                          fmt::format("{:#04x}", *wanted), fmt::format("{:#04x}", *seen));
            });
}

void PlayerCore::expect(const ScriptCommand& command, std::uint32_t seen) {
  if ((seen & command.mask) == command.value) return;
  throw Unmet("", masked(command.value, command.mask), fmt::format("{:#x}", seen));
}

void PlayerCore::poll(const ScriptCommand& command) {
  const sc_core::sc_time end = sc_core::sc_time_stamp() + time_of(command);
  for (;;) {
    const std::uint32_t seen = registers_->read_word(command.address);
    if ((seen & command.mask) == command.value) return;
    // The access itself may have taken time.
    if (sc_core::sc_time_stamp() >= end) expect(command, seen);
    wait(std::min(parameters_.poll_interval, end - sc_core::sc_time_stamp()));
  }
}

void PlayerCore::wait_irq(const ScriptCommand& command) {
  settle();
  if (irq.read()) return;
  wait(time_of(command), irq.posedge_event());
  if (!irq.read()) throw Unmet("", "irq high", "low all the time");
}

void PlayerCore::expect_irq(const ScriptCommand& command) {
  settle();
  if (irq.read() == (command.value != 0)) return;
  throw Unmet("", fmt::format("{}", command.value), fmt::format("{:d}", irq.read()));
}

void PlayerCore::settle() {
  for (unsigned delta = 0; delta < settling_deltas; ++delta) wait(sc_core::SC_ZERO_TIME);
}

void PlayerCore::reset(const ScriptCommand& command) {
  rst_n.write(false);
  wait(time_of(command));
  rst_n.write(true);
  wait(sc_core::SC_ZERO_TIME);  // the next line finds it high
}

void PlayerCore::say(const std::string& text) {
  if (parameters_.output != nullptr) *parameters_.output << text << "\n";
}

void PlayerCore::tell(const ScriptCommand& command) {
  if (parameters_.transcript == nullptr) return;
  *parameters_.transcript << fmt::format("{} {}:{}: {}\n", sc_core::sc_time_stamp().to_string(),
                                         script_.name(), command.line, command.text);
}

std::filesystem::path PlayerCore::file_of(const ScriptCommand& command) const {
  return command.dumped ? parameters_.dumps / command.file : command.file;
}

}  // namespace tensordash
