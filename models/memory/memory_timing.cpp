#include "models/memory/memory_timing.h"

#include "models/memory/dram_timeline.h"

namespace tensordash {
namespace {

/// The LPDDR4 channels, as a timeline asks them.
class DramPort : public RequestPort {
 public:
  DramPort(const DramConfiguration& dram, std::uint64_t clock_ps) : dram_(dram, clock_ps) {}

  void request(Edge edge, std::uint64_t address, unsigned bytes, bool write,
               std::uint32_t tag) override {
    dram_.request(edge, address, bytes, write, tag);
  }

  DramTimeline& dram() { return dram_; }

 private:
  DramTimeline dram_;
};

}  // namespace

MemoryTiming time_memory(const MemoryProblem& problem,
                         const std::function<void(double)>& progress) {
  constexpr std::uint64_t between_reports = 65536;
  OperationTimeline timeline(problem);
  DramPort port(problem.dram, problem.clock_ps);
  for (std::uint64_t turn = 1; !timeline.finished(); ++turn) {
    std::uint32_t tag = 0;
    while (port.dram().answered(timeline.edge(), tag)) timeline.answered(tag);
    if (timeline.finished()) break;
    timeline.step(port);
    if (progress && turn % between_reports == 0) progress(timeline.part());
  }
  MemoryTiming timing = timeline.result();
  timing.traffic.dram_bursts = port.dram().bursts();
  timing.traffic.dram_row_hits = port.dram().row_hits();
  return timing;
}

}  // namespace tensordash
