#include "hw/compression/scheduled_form.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "hw/numeric/fp32.h"
#include "hw/pe/schedule.h"

namespace tensordash {
namespace {

bool is_zero(float value) {
  return (fp32_bits(value) << 1U) == 0;
}

void check_lanes(const LaneRow& row, const Connectivity& table) {
  if (row.lanes() != table.lanes()) {
    throw std::invalid_argument(fmt::format("a row of {} lanes for table '{}' of {} lanes",
                                            row.lanes(), table.name(), table.lanes()));
  }
}

void check_advance(const ScheduledRow& row, std::size_t row_number, std::size_t rows_left,
                   const Connectivity& table) {
  if (row.advance == 0 || row.advance > table.depth() || row.advance > rows_left) {
    throw CompressionError(fmt::format("scheduled row {} advances by {}; allowed: 1 to {}",
                                       row_number, row.advance,
                                       std::min<std::size_t>(table.depth(), rows_left)));
  }
}

// Puts the values of one scheduled row at their places, from dense row `base` on.
void put_values(const ScheduledRow& row, std::size_t base, const Connectivity& table,
                std::vector<LaneRow>& dense) {
  for (unsigned lane = 0; lane < table.lanes(); ++lane) {
    const float value = row.values[lane];
    const unsigned select = row.selects[lane];
    if (select == idle_select && fp32_bits(value) == 0) continue;
    if (select >= table.options().size() || is_zero(value)) {
      throw CompressionError(
          fmt::format("lane {} holds {} with select {}; an idle lane holds +0 with select {}, "
                      "another a value that is not zero with a select below {}",
                      lane, value, select, idle_select, table.options().size()));
    }
    const WindowPlace place = table.place(lane, select);
    if (base + place.step >= dense.size()) {
      throw CompressionError(fmt::format("lane {} puts its value into dense row {} of {}", lane,
                                         base + place.step, dense.size()));
    }
    float& target = dense[base + place.step][place.lane];
    if (fp32_bits(target) != 0) {
      throw CompressionError(fmt::format("lane {} puts its value at dense row {}, lane {}, again",
                                         lane, base + place.step, place.lane));
    }
    target = value;
  }
}

}  // namespace

std::uint64_t nonzero_lanes(const LaneRow& row) {
  std::uint64_t bits = 0;
  for (unsigned lane = 0; lane < row.lanes(); ++lane) {
    if (!is_zero(row[lane])) bits |= std::uint64_t{1} << lane;
  }
  return bits;
}

ScheduledBlock schedule_block(const std::vector<LaneRow>& rows, const Connectivity& table) {
  ScheduledBlock block;
  block.dense_rows = rows.size();
  for (const LaneRow& row : rows) check_lanes(row, table);
  WindowBits window;
  unsigned held = 0;
  Schedule schedule;
  schedule.selects = LaneSelects(table.lanes());
  for (std::size_t base = 0; base < rows.size(); base += schedule.advance) {
    for (; held < table.depth() && base + held < rows.size(); ++held) {
      window.row[held] = nonzero_lanes(rows[base + held]);
    }
    schedule_window(window, held, table, schedule);
    ScheduledRow row{LaneRow(table.lanes()), schedule.selects, schedule.advance};
    for (unsigned lane = 0; lane < table.lanes(); ++lane) {
      if (row.selects[lane] == idle_select) continue;
      const WindowPlace place = table.place(lane, row.selects[lane]);
      row.values[lane] = rows[base + place.step][place.lane];
    }
    block.rows.push_back(row);
    window = schedule.left.advanced(schedule.advance);
    held -= schedule.advance;
  }
  return block;
}

std::vector<LaneRow> expand(const ScheduledBlock& block, const Connectivity& table) {
  std::vector<LaneRow> dense(block.dense_rows, LaneRow(table.lanes()));
  std::size_t base = 0;
  for (std::size_t number = 0; number < block.rows.size(); ++number) {
    const ScheduledRow& row = block.rows[number];
    check_lanes(row.values, table);
    check_advance(row, number, dense.size() - base, table);
    put_values(row, base, table, dense);
    base += row.advance;
  }
  if (base != dense.size()) {
    throw CompressionError(
        fmt::format("the scheduled rows make {} of {} dense rows", base, dense.size()));
  }
  return dense;
}

}  // namespace tensordash
