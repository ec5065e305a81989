#include "models/engine/pass_computer.h"

#include <algorithm>

#include "hw/numeric/exact_accumulator.h"
#include "hw/numeric/fp32.h"

namespace tensordash::engine {

PassComputer::PassComputer(const OutputProblem& problem)
    : problem_(problem),
      bits_(problem.plan, problem.bits),
      reader_(problem.plan, problem.tensors),
      tracer_(*problem.machine.table),
      lanes_(problem.plan.geometry().lanes),
      rows_(problem.plan.geometry().rows),
      columns_(problem.plan.geometry().columns) {}

const std::vector<Slots>& PassComputer::schedule_rows(const Segment& segment,
                                                      std::int64_t row_group) {
  if (problem_.machine.sidedness == Sidedness::none) {
    slots_.assign(rows_, ScheduleTracer::dense(segment.K, lanes_));
    return slots_;
  }
  const std::size_t words = bits_.stream_words(segment);
  b_strings_.resize(words * rows_);
  std::vector<ScheduledStreams> streams(rows_);
  for (unsigned row = 0; row < rows_; ++row) {
    const std::int64_t i = row_group * rows_ + row;
    if (i >= segment.I) continue;
    bits_.side_b(segment, i, b_strings_.data() + row * words);
    streams[row].b = b_strings_.data() + row * words;
  }
  tracer_.trace(streams, false, segment.K, problem_.machine.elastic, slots_);
  return slots_;
}

const std::vector<Slots>& PassComputer::schedule_pass(const Segment& segment,
                                                      std::int64_t row_group,
                                                      std::int64_t column_group) {
  const std::size_t words = bits_.stream_words(segment);
  b_strings_.resize(words * rows_);
  a_strings_.resize(words * columns_);
  std::vector<ScheduledStreams> streams(std::size_t{rows_} * columns_);
  for (unsigned row = 0; row < rows_; ++row) {
    const std::int64_t i = row_group * rows_ + row;
    if (i < segment.I) bits_.side_b(segment, i, b_strings_.data() + row * words);
    for (unsigned column = 0; column < columns_; ++column) {
      const std::int64_t j = column_group * columns_ + column;
      if (i >= segment.I || j >= segment.J) continue;
      if (row == 0) bits_.side_a(segment, j, a_strings_.data() + column * words);
      streams[row * columns_ + column] = {b_strings_.data() + row * words,
                                          a_strings_.data() + column * words};
    }
  }
  tracer_.trace(streams, true, segment.K, problem_.machine.elastic, slots_);
  return slots_;
}

const float* PassComputer::b_values(const Segment& segment, std::int64_t i) {
  b_values_.resize(static_cast<std::size_t>(segment.K) * lanes_);
  reader_.side_b(segment, i, b_values_.data());
  return b_values_.data();
}

float PassComputer::output(const float* b, const float* a, std::size_t places, const Slots& slots,
                           float partial) const {
  return problem_.exact ? exact_sum(b, a, places) : hardware_sum(b, a, slots, partial);
}

float PassComputer::exact_sum(const float* b, const float* a, std::size_t places) const {
  // A skipped pair contributes nothing, not even the NaN of a zero times an infinity.
  const bool skips_b = problem_.machine.sidedness != Sidedness::none;
  const bool skips_a = problem_.machine.sidedness == Sidedness::two_sided;
  ExactAccumulator sum;
  for (std::size_t place = 0; place < places; ++place) {
    if ((skips_b && b[place] == 0.0F) || (skips_a && a[place] == 0.0F)) continue;
    const double product = static_cast<double>(b[place]) * static_cast<double>(a[place]);
    if (product != 0.0) sum.add(product);
  }
  return sum.round();
}

float PassComputer::hardware_sum(const float* b, const float* a, const Slots& slots,
                                 float sum) const {
  float products[max_lanes];
  for (std::size_t step = 0; step < slots.size(); step += lanes_) {
    for (unsigned lane = 0; lane < lanes_; ++lane) {
      const std::int32_t place = slots[step + lane];
      products[lane] = place < 0 ? 0.0F : fp32_multiply(b[place], a[place]);
    }
    sum = fp32_add(sum, fp32_tree_sum(products, lanes_));
  }
  return sum;
}

}  // namespace tensordash::engine
