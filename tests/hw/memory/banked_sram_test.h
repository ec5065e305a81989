#pragma once

#include <vector>

#include "hw/memory/banked_sram.h"
#include "tests/hw/pe/clocked_test.h"

namespace tensordash {

/// Row number n of a test's data: 10 n, 10 n + 1, ... in four lanes.
inline LaneRow numbered_sram_row(unsigned number) {
  const auto first = static_cast<float>(10 * number);
  return row_of({first, first + 1, first + 2, first + 3});
}

/// A memory of four lanes whose pins the test holds.
class SramBench : public ClockedTest {
 protected:
  static constexpr unsigned lanes = 4;

  explicit SramBench(const SramParameters& parameters)
      : shape(parameters),
        request("request", parameters.ports),
        row("row", parameters.ports, signals_of<LaneRow>(lanes)),
        write_valid("write_valid", parameters.banks),
        write_row("write_row", parameters.banks),
        write_value("write_value", parameters.banks, signals_of<LaneRow>(lanes)),
        sram("sram", parameters) {
    sram.clk(clk);
    sram.rst_n(rst_n);
    sram.request_valid(request_valid);
    sram.request(request);
    sram.request_ready(request_ready);
    sram.data_valid(data_valid);
    sram.row(row);
    sram.write_valid(write_valid);
    sram.write_row(write_row);
    sram.write_value(write_value);
  }

  static RowRequest at(unsigned bank, unsigned bank_row) { return {true, bank, bank_row}; }

  void ask(const std::vector<RowRequest>& bundle) {
    request_valid.write(true);
    for (unsigned port = 0; port < request.size(); ++port) {
      request[port].write(port < bundle.size() ? bundle[port] : RowRequest{});
    }
  }
  void write(unsigned bank, unsigned bank_row, const LaneRow& value) {
    write_valid[bank].write(true);
    write_row[bank].write(bank_row);
    write_value[bank].write(value);
  }
  /// One edge; requests and writes are withdrawn after it.
  void edge() {
    tick();
    request_valid.write(false);
    for (auto& pin : write_valid) pin.write(false);
    settle();
  }
  /// Row r of bank b holds numbered_sram_row(100 b + r).
  void write_all() {
    for (unsigned bank_row = 0; bank_row < shape.bank_rows; ++bank_row) {
      for (unsigned bank = 0; bank < shape.banks; ++bank) {
        write(bank, bank_row, numbered_sram_row(100 * bank + bank_row));
      }
      edge();
    }
  }
  void expect_rows(const std::vector<LaneRow>& values) {
    EXPECT_TRUE(data_valid.read());
    for (unsigned port = 0; port < row.size(); ++port) {
      EXPECT_EQ(row[port].read(), port < values.size() ? values[port] : LaneRow(lanes))
          << "port " << port;
    }
  }

  SramParameters shape;
  sc_core::sc_signal<bool> request_valid{"request_valid"}, request_ready{"request_ready"},
      data_valid{"data_valid"};
  sc_core::sc_vector<sc_core::sc_signal<RowRequest>> request;
  sc_core::sc_vector<sc_core::sc_signal<LaneRow>> row;
  sc_core::sc_vector<sc_core::sc_signal<bool>> write_valid;
  sc_core::sc_vector<sc_core::sc_signal<unsigned>> write_row;
  sc_core::sc_vector<sc_core::sc_signal<LaneRow>> write_value;
  BankedSram sram;
};

}  // namespace tensordash
