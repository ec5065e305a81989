#include "platform/run/memory_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "platform/config/dram_keys.h"
#include "platform/text/text_table.h"

namespace tensordash {
namespace {

bool modelled(const RunReport& report) {
  for (const LayerReport& layer : report.layers) {
    for (const OperationReport& operation : layer.operations) {
      if (operation.memory) return true;
    }
  }
  return false;
}

std::string times(double ratio) {
  return fmt::format("{:.2f}x", ratio);
}

double divided(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

std::string megabytes(std::uint64_t bytes) {
  return fmt::format("{:.2f}", static_cast<double>(bytes) / 1e6);
}

std::string mapping(const SideMapping& side) {
  return fmt::format("{}, {}", side.residency, side.scratchpad);
}

/// Sums for a line of totals.
struct Sum {
  std::uint64_t steps = 0, cycles = 0, read = 0, written = 0;

  void add(const OperationReport& operation) {
    steps += operation.run.steps + fill_cycles();
    cycles += operation.run.cycles;
    read += operation.memory->traffic.dram_read_bytes;
    written += operation.memory->traffic.dram_write_bytes;
  }

  TextRow row(const std::string& layer, std::string_view operation) const {
    return {layer,
            std::string(operation),
            "",
            "",
            "",
            times(divided(cycles, steps)),
            megabytes(read),
            megabytes(written),
            fmt::format("{:.1f}", divided(read + written, cycles) / machine_clock_ns)};
  }
};

constexpr std::size_t text_columns = 5;

/// A figure of three digits or more.
std::string macs(double value) {
  if (!std::isfinite(value)) return "-";
  return value >= 100 ? grouped(static_cast<std::uint64_t>(value)) : fmt::format("{:.1f}", value);
}

/// The bounds of one operation, in the order of the steps.
TextRow bounds(const OperationReport& operation, const Config& config, double dram_bytes_a_clock) {
  const auto work = static_cast<double>(operation.pairs.total);
  const double lanes = config.number("pe.lanes");
  const auto outputs = static_cast<double>(operation.outputs);
  // The dataflow reduces as many values of an output at a time as a PE has lanes.
  const double reduction = operation.outputs == 0 ? 0 : work / outputs;
  const double dataflow = std::min(work, outputs * std::min(lanes, reduction));
  const double pes =
      std::min(dataflow, lanes * config.number("tiles") * config.number("tile.rows") *
                             config.number("tile.columns"));
  const auto dense_steps = static_cast<double>(operation.dense.steps);
  const auto steps = static_cast<double>(operation.run.steps);
  const MemoryTraffic& traffic = operation.memory->traffic;
  const double dram =
      static_cast<double>(traffic.dram_read_bytes + traffic.dram_write_bytes) / dram_bytes_a_clock;
  const double fetch =
      static_cast<double>(std::max(traffic.fetch_clocks[0], traffic.fetch_clocks[1])) /
      config.number("tiles");
  const double bandwidth = std::max({dense_steps, dram, fetch});
  return {macs(work),
          macs(dataflow),
          macs(pes),
          macs(work / dense_steps),
          macs(work / bandwidth),
          macs(work / static_cast<double>(operation.dense.cycles)),
          macs(work / steps),
          macs(work / std::max({steps, dram, fetch})),
          macs(work / static_cast<double>(operation.run.cycles))};
}

}  // namespace

std::string memory_table(const RunReport& report) {
  if (!modelled(report)) return {};
  std::vector<TextRow> rows = {{"layer", "operation", "side B", "side A", "limited by", "slowdown",
                                "MB read", "MB written", "GB/s"}};
  Sum all;
  for (const LayerReport& layer : report.layers) {
    std::string name = layer.name;
    for (const OperationReport& operation : layer.operations) {
      Sum sum;
      sum.add(operation);
      all.add(operation);
      TextRow row = sum.row(name, name_of(operation.operation));
      if (operation.gated) row[1] += ", gated";
      row[2] = mapping(operation.memory->b);
      row[3] = mapping(operation.memory->a);
      row[4] = operation.memory->limited_by;
      rows.push_back(std::move(row));
      name.clear();
    }
  }
  const std::size_t totals_from = rows.size();
  rows.push_back(all.row("total", "all"));
  return fmt::format(
      "\nWhat stays in the memories on either side, what limits, cycles over those of ideal "
      "memory, "
      "and what DRAM moved:\n\n{}",
      text_table(rows, text_columns, totals_from));
}

std::string bound_table(const RunReport& report) {
  if (!modelled(report)) return {};
  const DramConfiguration dram(dram_parameters(report.config));
  const double bytes_a_clock = dram.peak_bandwidth() * machine_clock_ns * 1e-9;
  std::vector<TextRow> rows = {{"layer", "operation", "shape", "dataflow", "PEs", "array",
                                "bandwidth", "dense", "zeros skipped", "bandwidth", "actual"}};
  for (const LayerReport& layer : report.layers) {
    std::string name = layer.name;
    for (const OperationReport& operation : layer.operations) {
      TextRow row = {name, std::string(name_of(operation.operation))};
      for (std::string& cell : bounds(operation, report.config, bytes_a_clock)) {
        row.push_back(std::move(cell));
      }
      rows.push_back(std::move(row));
      name.clear();
    }
  }
  return fmt::format(
      "\nMultiply-accumulates a clock, zeros counted as done, that each step from shape to actual "
      "allows (Sze et al., table 6.2):\n\n{}\n"
      "shape          all of the layer's work at once\n"
      "dataflow       one row of lanes of every output\n"
      "PEs            as many multipliers as there are\n"
      "array          rows, columns, lanes and tiles that the shape fills\n"
      "bandwidth      as fast as DRAM and SRAMs can be on average\n"
      "dense          what the dense baseline took\n"
      "zeros skipped  the schedule with ideal memory\n",
      text_table(rows, 2, rows.size()));
}

}  // namespace tensordash
