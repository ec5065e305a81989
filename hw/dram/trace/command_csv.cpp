#include "hw/dram/trace/command_csv.h"

#include <iterator>

namespace tensordash {
namespace {

constexpr std::size_t chunk = std::size_t{1} << 16;

}  // namespace

CommandCsv::CommandCsv(const sc_core::sc_module_name& name, std::ostream& stream)
    : sc_module(name), stream_(stream) {
  lines_.append(std::string_view("clock,command,rank,bank,row,column\n"));
}

void CommandCsv::write(const DramCommandRecord& record) {
  const auto end = std::back_inserter(lines_);
  fmt::format_to(end, FMT_STRING("{},{},{}"), record.clock, name_of(record.command), record.rank);
  if (record.command == DramCommand::act) {
    fmt::format_to(end, FMT_STRING(",{},{},-\n"), record.bank, record.row);
  } else if (is_column_command(record.command)) {
    fmt::format_to(end, FMT_STRING(",{},-,{}\n"), record.bank, record.column);
  } else if (has_bank(record.command)) {
    fmt::format_to(end, FMT_STRING(",{},-,-\n"), record.bank);
  } else {
    lines_.append(std::string_view(",-,-,-\n"));
  }
  if (lines_.size() >= chunk) hand_over();
}

void CommandCsv::close() {
  hand_over();
  stream_.flush();
  check_stream();
}

void CommandCsv::hand_over() {
  stream_.write(lines_.data(), static_cast<std::streamsize>(lines_.size()));
  lines_.clear();
  check_stream();
}

void CommandCsv::check_stream() {
  if (stream_ || failed_) return;
  failed_ = true;
  SC_REPORT_ERROR("/tensordash/dram/trace", "the command trace cannot be written");
}

}  // namespace tensordash
