#pragma once

#include <vector>

#include "hw/dram/front/dram_socket_front.h"
#include "tests/hw/dram/front/fake_channels.h"
#include "tests/hw/dram/front/test_initiator.h"
#include "tests/support/systemc_test.h"

namespace tensordash {

// Two channels, 64 bytes interleaved, so two bursts of one channel in a row; two initiators. The
// channels serve a burst every 8 clocks, data ending 40 clocks later.
class FrontTest : public testing::SystemCTest, public TransactionObserver {
 protected:
  struct Done {
    bool write;
    std::uint64_t useful_bytes;
    DramClock arrival, data_end;
    bool operator==(const Done& other) const {
      return write == other.write && useful_bytes == other.useful_bytes &&
             arrival == other.arrival && data_end == other.data_end;
    }
  };

  static constexpr auto read = tlm::TLM_READ_COMMAND;
  static constexpr auto out_of_order = ResponseOrder::out_of_order;
  static constexpr auto write = tlm::TLM_WRITE_COMMAND;

  explicit FrontTest(const DramParameters& parameters = parameters_of(0, 0, out_of_order))
      : configuration(parameters) {
    channels.owner = &front;
    a.socket.bind(front.socket);
    b.socket.bind(front.socket);
    front.set_observer(this);
    sc_core::sc_start(sc_core::SC_ZERO_TIME);
  }

  static DramParameters parameters_of(unsigned front_clocks, unsigned back_clocks,
                                      ResponseOrder order) {
    DramParameters parameters;
    parameters.spec = "lpddr4-3200-8gb";
    parameters.channels = 2;
    parameters.ranks = 1;
    parameters.queue = 2;
    parameters.write_high = 2;
    parameters.write_low = 1;
    parameters.front_clocks = front_clocks;
    parameters.back_clocks = back_clocks;
    parameters.response_order = order;
    return parameters;
  }

  void transaction_done(bool is_write, std::uint64_t useful_bytes, DramClock arrival,
                        DramClock data_end) override {
    transactions.push_back({is_write, useful_bytes, arrival, data_end});
  }

  static sc_core::sc_time clocks(double count) { return {count * 0.625, sc_core::SC_NS}; }
  static std::vector<sc_core::sc_time> at_clocks(const std::vector<double>& counts) {
    std::vector<sc_core::sc_time> times;
    for (const double count : counts) times.push_back(clocks(count));
    return times;
  }
  static sc_core::sc_time now() { return sc_core::sc_time_stamp(); }
  // Up to this clock; what is timed for it is still to come.
  void run_to(double clock) { sc_core::sc_start(clocks(clock) - sc_core::sc_time_stamp()); }
  // Everything has come by clock 1000.
  void run_out() {
    run_to(1000);
    EXPECT_EQ(front.in_flight(), 0U);
    EXPECT_EQ(channels.overflows, 0U);
    finished();
  }
  std::vector<unsigned> pushed_columns(unsigned channel) const {
    std::vector<unsigned> columns;
    for (const FakeChannels::Pushed& each : channels.pushed) {
      if (each.channel == channel) columns.push_back(each.burst.column);
    }
    return columns;
  }

  const DramConfiguration configuration;
  FakeChannels channels{"channels", configuration};
  FakeEstimator estimator;
  DramSocketFront<64> front{"front", configuration, channels, estimator};
  TestInitiator a{"a"}, b{"b"};
  std::vector<Done> transactions;
};

}  // namespace tensordash
