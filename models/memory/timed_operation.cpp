#include "models/memory/timed_operation.h"

#include <fmt/format.h>

#include <tuple>

#include "models/mapping/mapping_error.h"

namespace tensordash {
namespace {

auto tied(const MemoryTraffic& traffic) {
  return std::tie(traffic.dram_read_bytes, traffic.dram_directory_bytes, traffic.dram_write_bytes,
                  traffic.dram_bursts, traffic.dram_row_hits, traffic.loaded_groups,
                  traffic.transposed_groups, traffic.sram_writes, traffic.sram_reads,
                  traffic.bank_conflicts, traffic.fetch_clocks, traffic.scratchpad_writes,
                  traffic.scratchpad_reads, traffic.result_writes, traffic.result_reads,
                  traffic.partial_writes, traffic.partial_reads);
}

}  // namespace

bool MemoryTraffic::operator==(const MemoryTraffic& other) const {
  return tied(*this) == tied(other);
}

std::uint64_t result_room(const StreamPlan& plan, const OutputPlan& outputs,
                          const MemoryParameters& parameters, unsigned tiles) {
  const unsigned results = plan.geometry().rows * plan.geometry().columns;
  const unsigned rows = (results + parameters.lanes - 1) / parameters.lanes;
  const std::uint64_t room = parameters.result_rows() / rows;
  if (room * tiles >= plan.turn_count()) return room;
  // The next pass has its place before the last step of the one before.
  const std::uint64_t needed = outputs.least_room(tiles) + 1;
  if (room >= needed) return room;
  throw MappingError(fmt::format(
      "CM of a tile (sram.banks x sram.bank_kb) holds the outputs of {} passes; "
      "allowed here: at least {}, so that groups of outputs can be completed{}",
      room, needed, plan.blocked() ? " and partial sums stay there (mapping.reduction_rows)" : ""));
}

}  // namespace tensordash
