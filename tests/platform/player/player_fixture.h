#pragma once

#include <gmock/gmock.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <sstream>
#include <string>

#include "platform/player/player.h"
#include "tests/platform/player/fake_device.h"
#include "tests/support/systemc_test.h"

namespace tensordash::testing {

/// A script named `s` on the fake device, with a folder for its files.
class PlayerTest : public SystemCTest {
 public:
  ~PlayerTest() override { std::filesystem::remove_all(folder); }
  PlayerTest(const PlayerTest&) = delete;
  PlayerTest& operator=(const PlayerTest&) = delete;

 protected:
  PlayerTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "tensordash-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp");
    folder = pattern;
    parameters.dumps = folder / "dumps";
    std::filesystem::create_directory(parameters.dumps);
    parameters.output = &output;
    parameters.transcript = &transcript;
    device.irq(irq);
    device.rst_n(rst_n);
  }

  void write_file(const std::string& name, const std::string& bytes) const {
    std::ofstream(folder / name, std::ios::binary) << bytes;
  }
  std::string dumped(const std::string& name) const {
    std::ifstream stream(parameters.dumps / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }

  /// Plays to the end, which `done_event` has to tell; returns the failure as text, or "".
  std::string play(const std::string& script) {
    player.emplace("player", Script(script, "s", folder), parameters);
    player->registers.bind(device.registers);
    player->memory.bind(device.memory);
    player->irq(irq);
    player->rst_n(rst_n);
    end.emplace("end", *player);
    sc_core::sc_start(sc_core::sc_time(1, sc_core::SC_MS));
    EXPECT_TRUE(player->done());
    EXPECT_TRUE(end->ns.has_value());
    finished();
    return player->failure() ? player->failure()->text() : "";
  }
  double end_ns() const { return end->ns.value_or(-1); }

  /// Bytes of the device's memory.
  std::string memory(std::uint64_t address, std::size_t count) const {
    const auto* const first = device.bytes.data() + (address - FakeDevice::base);
    return {first, first + count};
  }

  struct EndWatch : public sc_core::sc_module {
    SC_HAS_PROCESS(EndWatch);
    const PlayerCore& player;
    std::optional<double> ns;
    EndWatch(const sc_core::sc_module_name& name, const PlayerCore& watched)
        : sc_module(name), player(watched) {
      SC_METHOD(note);
      sensitive << player.done_event();
      dont_initialize();
    }
    void note() {
      EXPECT_TRUE(player.done());
      ns = sc_core::sc_time_stamp() / sc_core::sc_time(1, sc_core::SC_NS);
    }
  };

  std::filesystem::path folder;
  std::ostringstream output, transcript;
  PlayerParameters parameters;
  sc_core::sc_signal<bool> irq{"irq"}, rst_n{"rst_n"};
  FakeDevice device{"device"};
  std::optional<ScriptPlayer<>> player;
  std::optional<EndWatch> end;
};

}  // namespace tensordash::testing
