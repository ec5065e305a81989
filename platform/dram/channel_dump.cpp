#include "platform/dram/channel_dump.h"

#include <fmt/format.h>

#include <cerrno>
#include <fstream>
#include <system_error>

namespace tensordash {

ChannelDump::ChannelDump(DramChannel& channel, unsigned number,
                         const DramConfiguration& configuration,
                         std::optional<std::filesystem::path> file)
    : file_(std::move(file)) {
  if (!file_) return;
  if (file_->extension() != ".vcd") {
    throw DramError(fmt::format("wave file {} must end in .vcd", file_->string()));
  }
  partial_ = *file_;
  partial_.replace_extension(".partial.vcd");
  if (!std::ofstream(partial_) || std::filesystem::is_directory(*file_)) {
    throw DramError(fmt::format("wave file {} cannot be written", file_->string()));
  }
  wave_ = std::make_unique<ChannelWave>("wave", configuration);
  channel.commands.bind(*wave_);
  channel.resets.bind(*wave_);
  // The kernel adds .vcd itself.
  dump_ = sc_core::sc_create_vcd_trace_file(
      std::filesystem::path(partial_).replace_extension().c_str());
  dump_->set_time_unit(1, sc_core::SC_PS);
  wave_->trace_signals(dump_, fmt::format("dram.channel_{}", number));
}

ChannelDump::~ChannelDump() {
  if (!file_) return;
  close();
  std::error_code ignored;
  std::filesystem::remove(partial_, ignored);
}

void ChannelDump::close() {
  if (dump_ != nullptr) sc_core::sc_close_vcd_trace_file(dump_);
  dump_ = nullptr;
}

void ChannelDump::finish() {
  if (!file_) return;
  close();
  // The kernel does not tell when a dump meets a full disk; adding a last line does.
  std::ofstream dump(partial_, std::ios::app);
  dump << "$comment end of dump $end\n" << std::flush;
  if (!dump) {
    throw std::system_error(errno, std::generic_category(),
                            fmt::format("cannot write {}", file_->string()));
  }
  dump.close();
  std::filesystem::rename(partial_, *file_);
}

}  // namespace tensordash
