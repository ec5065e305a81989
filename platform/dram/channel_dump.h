#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "hw/dram/controller/channel.h"
#include "hw/dram/trace/channel_wave.h"

namespace tensordash {

/// Waves of a channel's state in a VCD file that appears whole or not at all.
class ChannelDump {
 public:
  /// Of a memory's channel `number`. Does nothing without a file. Throws DramError for a name that
  /// does not end in .vcd, std::system_error when it cannot be written.
  ChannelDump(DramChannel& channel, unsigned number, const DramConfiguration& configuration,
              std::optional<std::filesystem::path> file);
  ~ChannelDump();
  ChannelDump(const ChannelDump&) = delete;
  ChannelDump& operator=(const ChannelDump&) = delete;

  /// Completes the file under its name.
  void finish();

 private:
  void close();

  std::optional<std::filesystem::path> file_;
  std::filesystem::path partial_;  ///< what is written until the dump is whole
  std::unique_ptr<ChannelWave> wave_;
  sc_core::sc_trace_file* dump_ = nullptr;
};

}  // namespace tensordash
