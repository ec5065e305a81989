#include "platform/pin/operation_ledger.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "hw/array/operation_counter.h"
#include "models/memory/stall_ledger.h"

namespace tensordash {
namespace {

constexpr std::size_t kinds_of_value = 3;

std::uint64_t real(const std::vector<const ValueKind*>& streams) {
  return streams.size() -
         static_cast<std::uint64_t>(std::count(streams.begin(), streams.end(), nullptr));
}

}  // namespace

OperationLedger::OperationLedger(const MachineParameters& parameters, unsigned lanes,
                                 KindsOfPass kinds)
    : parameters_(parameters), lanes_(lanes), kinds_(std::move(kinds)) {}

void OperationLedger::add_idle(const IdleRecord& record) {
  const TileParameters& tile = parameters_.tile;
  const PassKinds kinds = kinds_(record.pass);
  const std::uint64_t rows = real(kinds.b);
  const std::uint64_t columns = real(kinds.a);
  ledger_.missing_row += record.steps * lanes_ * (tile.rows - rows) * tile.columns;
  ledger_.missing_column += record.steps * lanes_ * rows * (tile.columns - columns);
  for (unsigned row = 0; row < tile.rows; ++row) {
    if (kinds.b[row] == nullptr) continue;
    for (unsigned column = 0; column < tile.columns; ++column) {
      if (kinds.a[column] == nullptr) continue;
      const IdleCounts& idle = record.idle[tile.scheduler_of(row, column)];
      ledger_.waiting += idle.waiting;
      ledger_.tail += idle.tail;
      ledger_.priority += idle.priority;
      ledger_.connectivity += idle.connectivity;
    }
  }
}

void OperationLedger::add_pairs(const PassRecord& record) {
  const PassKinds kinds = kinds_(record.pass);
  for (std::size_t row = 0; row < kinds.b.size(); ++row) {
    if (kinds.b[row] == nullptr) continue;
    for (std::size_t column = 0; column < kinds.a.size(); ++column) {
      if (kinds.a[column] == nullptr) continue;
      const std::size_t within = record.schedulers_a_row == 1 ? 0 : column;
      add_pairs(record.slots[row * record.schedulers_a_row + within], kinds, kinds.b[row],
                kinds.a[column]);
    }
  }
}

void OperationLedger::add_pairs(const std::vector<StreamPlace>& slots, const PassKinds& kinds,
                                const ValueKind* b, const ValueKind* a) {
  std::uint64_t pairs[kinds_of_value][kinds_of_value] = {};  // [kind of a][kind of b]
  std::uint64_t beyond = 0;
  for (const StreamPlace slot : slots) {
    if (slot == idle_slot) continue;
    const auto place = static_cast<std::size_t>(slot);
    if (place < kinds.places) {
      ++pairs[static_cast<std::size_t>(a[place])][static_cast<std::size_t>(b[place])];
    } else {
      ++beyond;  // behind the stream's end; the judge calls it a fault
    }
  }
  const auto of = [&pairs](ValueKind kind_a, ValueKind kind_b) {
    return pairs[static_cast<std::size_t>(kind_a)][static_cast<std::size_t>(kind_b)];
  };
  ledger_.effectual += of(ValueKind::nonzero, ValueKind::nonzero);
  ledger_.zero_a += of(ValueKind::zero, ValueKind::nonzero);
  ledger_.zero_b += of(ValueKind::nonzero, ValueKind::zero);
  ledger_.zero_both += of(ValueKind::zero, ValueKind::zero);
  ledger_.structural += beyond + of(ValueKind::structural, ValueKind::structural);
  for (const ValueKind other : {ValueKind::nonzero, ValueKind::zero}) {
    ledger_.structural += of(ValueKind::structural, other) + of(other, ValueKind::structural);
  }
}

CycleLedger OperationLedger::finish(const OperationClocks& clocks,
                                    const std::vector<std::uint64_t>& tile_steps) {
  for (const std::uint64_t steps : tile_steps) {
    ledger_.out_of_passes += (clocks.steps - steps) * parameters_.tile.pes() * lanes_;
  }
  return whole(clocks.cycles);
}

CycleLedger OperationLedger::finish(const MemoryTiming& timing) {
  add_memory_stalls(timing, parameters_.tile.pes() * lanes_, ledger_);
  return whole(timing.cycles);
}

CycleLedger OperationLedger::whole(std::uint64_t cycles) {
  const std::uint64_t all_lanes = parameters_.tiles * parameters_.tile.pes() * lanes_;
  ledger_.fill += OperationCounter::fill_cycles * all_lanes;
  if (ledger_.total() != cycles * all_lanes) {
    throw std::logic_error(
        fmt::format("internal error: the cycle ledger holds {} lane-cycles, {} cycles of {} lanes "
                    "are {}",
                    ledger_.total(), cycles, all_lanes, cycles * all_lanes));
  }
  return ledger_;
}

}  // namespace tensordash
