#pragma once

#include <deque>
#include <systemc>
#include <vector>

#include "hw/dram/burst.h"
#include "hw/dram/clock_base.h"
#include "hw/dram/parameters.h"

namespace tensordash {

// Channels whose latency is a number. Each serves a burst every `spacing` clocks, its data ending
// `latency[channel]` clocks later; none while `stopped`.
class FakeChannels : public sc_core::sc_module, public BurstPort {
 public:
  struct Pushed {
    DramClock clock;
    unsigned channel;
    DramBurst burst;
  };

  SC_HAS_PROCESS(FakeChannels);
  FakeChannels(const sc_core::sc_module_name& name, const DramConfiguration& configuration);

  bool full(unsigned channel) const override;
  void push(unsigned channel, const DramBurst& burst) override;
  void start();

  BurstOwner* owner = nullptr;
  std::size_t places = 1024;  // of a queue
  unsigned spacing = 8;
  std::vector<unsigned> latency;
  bool stopped = false;
  std::vector<Pushed> pushed;
  unsigned overflows = 0;  // pushes into a full queue

 private:
  void serve();

  DramClockBase clocks_;
  std::vector<std::deque<DramBurst>> queues_;
  sc_core::sc_event serve_event_;
};

// Answers a fixed number of clocks after the arrival, one more for each channel.
class FakeEstimator : public BurstEstimator {
 public:
  struct Served {
    unsigned channel;
    DramBurst burst;
    DramClock arrival;
  };

  BurstEstimate serve(unsigned channel, const DramBurst& burst, DramClock arrival) override;

  unsigned latency = 50;
  std::vector<Served> served;
};

}  // namespace tensordash
