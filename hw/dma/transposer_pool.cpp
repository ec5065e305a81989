#include "hw/dma/transposer_pool.h"

#include <fmt/format.h>

#include <stdexcept>

namespace tensordash {

TransposerPool::Wires::Wires(const std::string& name, unsigned more, unsigned lanes)
    : fill_valid((name + "_fill_valid").c_str()),
      fill_last((name + "_fill_last").c_str()),
      fill_ready((name + "_fill_ready").c_str()),
      column_valid((name + "_column_valid").c_str()),
      column_named((name + "_column_named").c_str()),
      column_ready((name + "_column_ready").c_str()),
      result_valid((name + "_result_valid").c_str()),
      result_ready((name + "_result_ready").c_str()),
      busy((name + "_busy").c_str()),
      fill_value((name + "_fill_value").c_str(), LaneRow(lanes)),
      result((name + "_result").c_str(), LaneRow(lanes)),
      columns((name + "_columns").c_str()),
      column((name + "_column").c_str()),
      more_valid((name + "_more_valid").c_str(), more),
      more_value((name + "_more_value").c_str(), more) {}

TransposerPool::TransposerPool(sc_core::sc_module_name name, unsigned transposers, unsigned lanes,
                               unsigned fill_rows)
    : sc_module(name) {
  if (transposers == 0) throw std::invalid_argument("a pool of no transposers");
  for (unsigned at = 0; at < transposers; ++at) {
    const std::string of = fmt::format("transposer_{}", at);
    wires_.push_back(std::make_unique<Wires>(of, fill_rows - 1, lanes));
    transposers_.push_back(std::make_unique<Transposer>(of.c_str(), lanes, fill_rows));
    Wires& wires = *wires_.back();
    Transposer& transposer = *transposers_.back();
    transposer.clk(clk);
    transposer.rst_n(rst_n);
    transposer.fill_valid(wires.fill_valid);
    transposer.fill_value(wires.fill_value);
    if (fill_rows > 1) {
      transposer.more_valid(wires.more_valid);
      transposer.more_value(wires.more_value);
    }
    transposer.fill_last(wires.fill_last);
    transposer.columns(wires.columns);
    transposer.fill_ready(wires.fill_ready);
    transposer.column_valid(wires.column_valid);
    transposer.column_named(wires.column_named);
    transposer.column(wires.column);
    transposer.column_ready(wires.column_ready);
    transposer.result_valid(wires.result_valid);
    transposer.result(wires.result);
    transposer.result_ready(wires.result_ready);
    transposer.busy(wires.busy);
    wires.result_ready.write(true);  // the SRAMs take every column at once
  }
  work_.resize(transposers);
}

void TransposerPool::edge() {
  for (unsigned at = 0; at < size(); ++at) {
    Work& work = work_[at];
    if (work.phase == Work::Phase::filling) {
      wires_[at]->fill_valid.write(false);
      if (work.ends) {
        work.phase = Work::Phase::giving;
        work.ends = false;
      }
    } else if (work.asked) {
      wires_[at]->column_valid.write(false);
      work.asked = false;
      if (++work.given == work.columns) work.phase = Work::Phase::free;
    }
  }
}

void TransposerPool::forget() {
  for (unsigned at = 0; at < size(); ++at) {
    work_[at] = Work{};
    wires_[at]->fill_valid.write(false);
    wires_[at]->column_valid.write(false);
  }
}

unsigned TransposerPool::first_free() const {
  unsigned at = 0;
  while (at < size() && work_[at].phase != Work::Phase::free) ++at;
  return at;
}

void TransposerPool::begin(unsigned transposer, std::uint64_t group) {
  work_[transposer] = Work{};
  work_[transposer].phase = Work::Phase::filling;
  work_[transposer].group = group;
}

void TransposerPool::fill(unsigned transposer, const LaneRow* blocks, unsigned count, bool last,
                          unsigned columns) {
  Wires& wires = *wires_[transposer];
  wires.fill_valid.write(true);
  wires.fill_value.write(blocks[0]);
  for (unsigned at = 0; at < wires.more_valid.size(); ++at) {
    const bool valid = at + 1 < count;
    wires.more_valid[at].write(valid);
    if (valid) wires.more_value[at].write(blocks[at + 1]);
  }
  wires.fill_last.write(last);
  wires.columns.write(columns);
  work_[transposer].ends = last;
  work_[transposer].columns = columns;
}

void TransposerPool::ask(unsigned transposer) {
  if (!wires_[transposer]->column_ready.read() && work_[transposer].given != 0) {
    SC_REPORT_ERROR("/tensordash/dma/load", "a transposer has no column to give");
  }
  wires_[transposer]->column_valid.write(true);
  work_[transposer].asked = true;
}

const LaneRow& TransposerPool::column(unsigned transposer) const {
  if (!wires_[transposer]->result_valid.read()) {
    SC_REPORT_ERROR("/tensordash/dma/load", "a transposer did not give the column asked for");
  }
  return wires_[transposer]->result.read();
}

}  // namespace tensordash
