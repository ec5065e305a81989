#include "hw/dram/monitor/data_bus_watch.h"

#include <algorithm>

namespace tensordash {

DataBusWatch::DataBusWatch(const DramSpec& spec)
    // Latencies count from the last of a column command's four edges.
    : read_delay_(std::int64_t{3} + spec.timings.rl + spec.timings.tdqsck),
      write_delay_(std::int64_t{3} + spec.timings.wl + spec.timings.tdqss),
      burst_clocks_(spec.burst_clocks()) {}

DataBusWatch::Neighbours DataBusWatch::note(const DramCommandRecord& command) {
  Window window;
  window.begin = static_cast<std::int64_t>(command.clock) +
                 (is_read_command(command.command) ? read_delay_ : write_delay_);
  window.end = window.begin + burst_clocks_;
  window.command = command;

  Neighbours neighbours;
  for (std::uint64_t i = 0; i < std::min(count_, remembered); ++i) {
    const Window& other = windows_[i];
    const std::int64_t gap = std::max(window.begin - other.end, other.begin - window.end);
    std::optional<Neighbour>& nearest =
        other.command.rank == command.rank ? neighbours.same_rank : neighbours.other_rank;
    if (!nearest || gap < nearest->gap) nearest = Neighbour{other.command, gap};
  }
  windows_[count_++ % remembered] = window;
  return neighbours;
}

}  // namespace tensordash
