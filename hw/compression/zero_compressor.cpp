#include "hw/compression/zero_compressor.h"

#include "hw/compression/group_rows.h"

namespace tensordash {

ZeroCompressor::ZeroCompressor(sc_core::sc_module_name name, const ZeroCodecParameters& parameters)
    : sc_module(name), row("row", parameters.rows_per_clock), parameters_(parameters) {
  SC_HAS_PROCESS(ZeroCompressor);
  SC_METHOD(decide_ready);
  sensitive << collected_rows_ << group_valid << group_ready;
  SC_METHOD(take_rows);
  sensitive << clk.pos();
  dont_initialize();
}

void ZeroCompressor::decide_ready() {
  // Rows that cannot complete a group enter while the last group still waits.
  const bool completes =
      collected_rows_.read() + parameters_.rows_per_clock >= parameters_.group_rows;
  row_ready.write(!completes || !group_valid.read() || group_ready.read());
}

void ZeroCompressor::store() {
  GroupTransfer stored;
  try {
    const std::vector<std::uint8_t> values = values_of_rows(collected_, parameters_.value_bytes);
    stored.count = static_cast<std::uint32_t>(values.size() / parameters_.value_bytes);
    StoredGroup encoded = encode_group(values.data(), stored.count, parameters_.value_bytes);
    stored.entry = entry(encoded);
    stored.bytes = std::make_shared<const std::vector<std::uint8_t>>(std::move(encoded.bytes));
  } catch (const std::exception& error) {
    SC_REPORT_ERROR("/tensordash/compression/zero_compressor", error.what());
    return;
  }
  group.write(stored);
  group_valid.write(true);
}

void ZeroCompressor::take_rows() {
  if (!rst_n.read()) {
    collected_.clear();
    collected_rows_.write(0);
    group_valid.write(false);
    return;
  }
  if (group_valid.read() && group_ready.read()) group_valid.write(false);
  if (!row_ready.read()) return;
  const unsigned entering = rows.read();
  if (entering > row.size() || collected_.size() + entering > parameters_.group_rows) {
    SC_REPORT_ERROR("/tensordash/compression/zero_compressor",
                    "more rows at once than there are ports or than the group has left");
    return;
  }
  for (unsigned port = 0; port < entering; ++port) collected_.push_back(row[port].read());
  if (collected_.size() == parameters_.group_rows) {
    store();
    collected_.clear();
  }
  collected_rows_.write(static_cast<unsigned>(collected_.size()));
}

}  // namespace tensordash
