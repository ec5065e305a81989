// Bursts of 32 bytes that one LPDDR4 channel simulates a second of processor time: over the four
// phases with and without a monitor on the bus, loosely timed, and its controller alone.

#include <benchmark/benchmark.h>

#include <random>

#include "hw/dram/lpddr4.h"
#include "hw/dram/monitor/command_bus_monitor.h"
#include "platform/dram/lt_traffic.h"
#include "platform/dram/traffic.h"

namespace tensordash {
namespace {

constexpr unsigned request_bytes = 64;
constexpr unsigned in_flight = 128;  // bursts

DramConfiguration one_channel() {
  DramParameters parameters;
  parameters.channels = 1;
  parameters.ranks = 1;
  return DramConfiguration(parameters);
}

/// A kernel of its own for every benchmark: a kernel is elaborated once.
class Kernel {
 public:
  Kernel() { sc_core::sc_curr_simcontext = &kernel_; }
  ~Kernel() { sc_core::sc_curr_simcontext = outer_; }
  Kernel(const Kernel&) = delete;
  Kernel& operator=(const Kernel&) = delete;

 private:
  sc_core::sc_simcontext* const outer_ = sc_core::sc_curr_simcontext;
  sc_core::sc_simcontext kernel_;
};

/// Requests of a pattern that begins anew until it is stopped.
class EndlessSource : public RequestSource {
 public:
  EndlessSource(const char* pattern, const DramConfiguration& configuration)
      : pattern_(pattern), configuration_(configuration) {}

  void stop() { stopped_ = true; }

  std::optional<DramRequest> next() override {
    if (stopped_) return std::nullopt;
    std::optional<DramRequest> request = source_->next();
    if (!request) {
      source_ = make();
      request = source_->next();
    }
    return request;
  }

 private:
  std::unique_ptr<RequestSource> make() const {
    PatternShape shape;
    shape.bytes = request_bytes;
    return pattern_source(pattern_, shape, configuration_);
  }

  bool stopped_ = false;
  const char* pattern_;
  const DramConfiguration& configuration_;
  std::unique_ptr<RequestSource> source_ = make();
};

template <typename Traffic>
void run(benchmark::State& state, const char* pattern, bool monitored) {
  const Kernel kernel;
  const DramConfiguration configuration = one_channel();
  EndlessSource source(pattern, configuration);
  Lpddr4<> memory("memory", configuration);
  CommandBusMonitor monitor("monitor", configuration);
  if (monitored) memory.channel(0).commands.bind(monitor);
  Traffic traffic("traffic", configuration, source, request_bytes, in_flight);
  traffic.socket.bind(memory.socket);
  sc_core::sc_start(sc_core::SC_ZERO_TIME);
  const std::uint64_t before = traffic.count().done;
  for (auto _ : state) sc_core::sc_start(100, sc_core::SC_US);
  state.SetItemsProcessed(static_cast<std::int64_t>((traffic.count().done - before) *
                                                    request_bytes / configuration.burst_bytes()));
  source.stop();
  while (!traffic.finished()) sc_core::sc_start(100, sc_core::SC_US);
}

void phases(benchmark::State& state, const char* pattern, bool monitored) {
  run<DramTraffic>(state, pattern, monitored);
}

void loosely_timed(benchmark::State& state, const char* pattern) {
  run<LtTraffic>(state, pattern, false);
}

/// The controller without a kernel, its queue kept full.
void controller_alone(benchmark::State& state, bool random_rows) {
  const DramConfiguration configuration = one_channel();
  const AddressMap map(configuration);
  ChannelController controller(configuration, 0);
  std::mt19937_64 random(1);
  std::uint64_t next = 0;
  DramClock now = 0;
  std::int64_t served = 0;
  for (auto _ : state) {
    while (!controller.full()) {
      const std::uint64_t address = random_rows ? random() : 32 * next++;
      const DramPlace place = map.place(address % map.size());
      DramBurst burst;
      burst.row = place.row;
      burst.column = place.column / 16 * 16;
      burst.bank = static_cast<std::uint8_t>(place.bank);
      controller.push(burst, now);
    }
    const ChannelController::Decision decision = controller.decide(now);
    now = decision.clock;
    if (decision.command && controller.give(decision).served) ++served;
  }
  state.SetItemsProcessed(served);
}

BENCHMARK_CAPTURE(phases, sequential, "seq_read", false);
BENCHMARK_CAPTURE(phases, random, "rand_read", false);
BENCHMARK_CAPTURE(phases, sequential_monitored, "seq_read", true);
BENCHMARK_CAPTURE(phases, random_monitored, "rand_read", true);
BENCHMARK_CAPTURE(loosely_timed, sequential, "seq_read");
BENCHMARK_CAPTURE(loosely_timed, random, "rand_read");
BENCHMARK_CAPTURE(controller_alone, sequential, false);
BENCHMARK_CAPTURE(controller_alone, random, true);

}  // namespace
}  // namespace tensordash

int sc_main(int argc, char* argv[]) {
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
