#pragma once

#include <fmt/format.h>

#include <ostream>
#include <systemc>
#include <tlm>

#include "hw/dram/command.h"

namespace tensordash {

/// Writes the commands of a channel as lines of text under the header
/// `clock,command,rank,bank,row,column`, in the order in which they come. `-` stands for what a
/// command does not have: only ACT has a row, only column commands have a column.
///
/// The stream belongs to the caller and outlives the module. A stream that has failed is reported
/// as an error under /tensordash/dram/trace, once.
class CommandCsv : public sc_core::sc_module, public tlm::tlm_analysis_if<DramCommandRecord> {
 public:
  CommandCsv(const sc_core::sc_module_name& name, std::ostream& stream);

  void write(const DramCommandRecord& record) override;

  /// Hands what is left to the stream. Commands that come later need another close().
  void close();

 private:
  void hand_over();
  void check_stream();

  std::ostream& stream_;
  fmt::memory_buffer lines_;
  bool failed_ = false;
};

}  // namespace tensordash
