#include "platform/pin/schedule_monitor.h"

#include <algorithm>

namespace tensordash {

ScheduleMonitor::ScheduleMonitor(sc_core::sc_module_name name, unsigned tile,
                                 const TileParameters& parameters, const Connectivity& table,
                                 const TileArray::Wires& wires, Sink sink)
    : sc_module(name),
      tile_(tile),
      parameters_(parameters),
      table_(table),
      wires_(wires),
      sink_(std::move(sink)),
      record_(empty_record()),
      window_start_(parameters.schedulers(), 0) {
  SC_HAS_PROCESS(ScheduleMonitor);
  SC_METHOD(sample);
  sensitive << clk.pos();
  dont_initialize();
}

PassRecord ScheduleMonitor::empty_record() const {
  PassRecord record;
  record.tile = tile_;
  record.schedulers_a_row = parameters_.two_sided() ? parameters_.columns : 1;
  record.slots.resize(parameters_.schedulers());
  return record;
}

void ScheduleMonitor::sample() {
  if (takes_step(wires_.state.read())) sample_step();
  if (wires_.result_valid.read()) sample_results();
}

void ScheduleMonitor::sample_step() {
  const unsigned lanes = table_.lanes();
  for (unsigned scheduler = 0; scheduler < parameters_.schedulers(); ++scheduler) {
    const LaneSelects& selects = wires_.select[scheduler].read();
    std::vector<StreamPlace>& slots = record_.slots[scheduler];
    const std::size_t step = slots.size();
    slots.resize(step + lanes, idle_slot);
    for (unsigned lane = 0; lane < lanes; ++lane) {
      if (selects[lane] == idle_select) continue;
      const WindowPlace place = table_.place(lane, selects[lane]);
      slots[step + lane] =
          static_cast<StreamPlace>((window_start_[scheduler] + place.step) * lanes + place.lane);
    }
    window_start_[scheduler] += wires_.advance[scheduler].read();
  }
  if (!wires_.turn.read()) return;
  record_.pass = wires_.pass.read();
  awaiting_results_.push_back(std::move(record_));
  record_ = empty_record();
  std::fill(window_start_.begin(), window_start_.end(), 0);
}

void ScheduleMonitor::sample_results() {
  if (awaiting_results_.empty()) {
    SC_REPORT_ERROR("/tensordash/platform/schedule_monitor", "results of a pass that never ran");
    return;
  }
  PassRecord record = std::move(awaiting_results_.front());
  awaiting_results_.pop_front();
  for (const auto& total : wires_.total) record.outputs.push_back(total.read().value);
  sink_(std::move(record));
}

}  // namespace tensordash
