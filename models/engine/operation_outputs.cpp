#include "models/engine/operation_outputs.h"

#include <tbb/enumerable_thread_specific.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <limits>
#include <mutex>
#include <stdexcept>
#include <tuple>

#include "hw/numeric/fp32.h"
#include "models/engine/column_kernel.h"
#include "models/engine/dense_columns.h"
#include "models/engine/pass_computer.h"

namespace tensordash::engine {
namespace {

using Scratch = tbb::enumerable_thread_specific<PassComputer>;

void require_countable(const OutputProblem& problem) {
  const StreamPlan& plan = problem.plan;
  if (problem.exact && plan.blocked()) {
    throw std::invalid_argument("exact sums of blocked reductions; allowed: whole reductions");
  }
  for (const Segment& segment : plan.segments()) {
    if (segment.K * plan.geometry().lanes >= std::numeric_limits<std::int32_t>::max()) {
      throw std::invalid_argument("a stream has more than 2^31 values; allowed: fewer");
    }
  }
}

/// Counts work of several threads and tells the progress.
class Meter {
 public:
  Meter(double whole, const Progress& progress) : whole_(whole), progress_(progress) {}
  void add(double work) {
    if (!progress_) return;
    const std::lock_guard lock(mutex_);
    done_ += work;
    progress_(done_ / whole_);
  }

 private:
  double whole_;
  const Progress& progress_;
  std::mutex mutex_;
  double done_ = 0;
};

double work_of(const Segment& segment) {
  return static_cast<double>(segment.I) * static_cast<double>(segment.J) *
         static_cast<double>(segment.K);
}

/// Writes single outputs, or partial sums until the last block, to their places in the operation's
/// tensor.
class OutputWriter {
 public:
  OutputWriter(const StreamPlan& plan, std::vector<float>& outputs)
      : plan_(plan), outputs_(outputs) {}

  /// Outputs (i, first_j) and the `count - 1` after it: their places lie evenly apart.
  void write(const Segment& segment, std::int64_t i, std::int64_t first_j, const float* values,
             std::int64_t count) {
    const Line line = line_of(segment, i, first_j, count);
    for (std::int64_t at = 0; at < count; ++at) outputs_[line.at(at)] = values[at];
  }

  /// What the block before left of the same outputs, +0 for a first block.
  void resume(const Segment& segment, std::int64_t i, std::int64_t first_j, float* values,
              std::int64_t count) const {
    std::fill_n(values, count, 0.0F);
    if (segment.block == 0) return;
    const Line line = line_of(segment, i, first_j, count);
    for (std::int64_t at = 0; at < count; ++at) values[at] = outputs_[line.at(at)];
  }

 private:
  struct Line {
    std::int64_t start, distance;
    std::size_t at(std::int64_t number) const {
      return static_cast<std::size_t>(start + number * distance);
    }
  };

  Line line_of(const Segment& segment, std::int64_t i, std::int64_t first_j,
               std::int64_t count) const {
    const std::int64_t start = plan_.output_index(segment, i, first_j);
    return {start, count > 1 ? plan_.output_index(segment, i, first_j + 1) - start : 0};
  }

  const StreamPlan& plan_;
  std::vector<float>& outputs_;
};

/// What both ways to compute all outputs share.
class OutputRun {
 protected:
  OutputRun(const OutputProblem& problem, const PassSink& sink, Meter& meter,
            std::vector<float>& outputs)
      : problem_(problem),
        sink_(sink),
        meter_(meter),
        reader_(problem.plan, problem.tensors),
        writer_(problem.plan, outputs),
        lanes_(problem.plan.geometry().lanes),
        rows_(problem.plan.geometry().rows),
        columns_(problem.plan.geometry().columns),
        scratch_([&problem] { return PassComputer(problem); }) {}

  /// Column groups whose streams may be laid out together.
  std::int64_t groups_at_once(const Segment& segment, bool scaled) const {
    std::int64_t groups = segment.column_groups;
    while (groups > 1 && DenseColumns::bytes(segment, lanes_, groups * columns_, scaled) >
                             problem_.machine.most_column_bytes) {
      groups = (groups + 1) / 2;
    }
    return groups;
  }

  const OutputProblem& problem_;
  const PassSink& sink_;
  Meter& meter_;
  StreamReader reader_;
  OutputWriter writer_;
  const unsigned lanes_, rows_, columns_;
  Scratch scratch_;
};

/// All outputs of a problem whose rows share a schedule (none and one-sided).
class RowWise : OutputRun {
 public:
  RowWise(const OutputProblem& problem, const PassSink& sink, Meter& meter,
          std::vector<float>& outputs)
      : OutputRun(problem, sink, meter, outputs) {}

  void run(const Segment& segment) {
    const std::int64_t groups = groups_at_once(segment, problem_.exact);
    for (std::int64_t first = 0; first < segment.column_groups; first += groups) {
      Columns block;
      block.first_group = first;
      block.groups = std::min(groups, segment.column_groups - first);
      block.first = first * columns_;
      block.count = std::min<std::int64_t>(block.groups * columns_, segment.J - block.first);
      DenseColumns values(
          reader_, segment, lanes_, block.first, block.count,
          problem_.exact ? DenseColumns::Layout::streams : DenseColumns::Layout::blocks);
      if (problem_.exact) values.scale();
      tbb::parallel_for(std::int64_t{0}, segment.row_groups, [&](std::int64_t row_group) {
        run_row_group(segment, row_group, block, values);
      });
    }
  }

 private:
  struct Columns {
    std::int64_t first_group = 0, groups = 0, first = 0, count = 0;
  };

  void run_row_group(const Segment& segment, std::int64_t row_group, const Columns& block,
                     const DenseColumns& values) {
    PassComputer& computer = scratch_.local();
    static const std::vector<Slots> no_slots;
    const bool needs_schedule = !problem_.exact || sink_;
    const std::vector<Slots>& slots =
        needs_schedule ? computer.schedule_rows(segment, row_group) : no_slots;
    const std::int64_t first_i = row_group * rows_;
    const std::int64_t rows = std::min<std::int64_t>(rows_, segment.I - first_i);
    const auto width = static_cast<std::size_t>(block.count);
    std::vector<float> outputs(static_cast<std::size_t>(rows) * width);
    for (std::int64_t row = 0; row < rows; ++row) {
      const float* const b = computer.b_values(segment, first_i + row);
      float* const out = outputs.data() + static_cast<std::size_t>(row) * width;
      writer_.resume(segment, first_i + row, block.first, out, block.count);
      if (problem_.exact) {
        sum_exactly(computer, b, values, out, width);
      } else {
        multiply(b, slots[static_cast<std::size_t>(row)], values, out, width);
      }
      writer_.write(segment, first_i + row, block.first, out, block.count);
    }
    if (sink_) {
      sink_({&segment, row_group, block.first_group, block.groups, &slots, outputs.data(),
             block.count});
    }
    meter_.add(static_cast<double>(rows * block.count) * static_cast<double>(segment.K));
  }

  /// In plain integers where the magnitudes allow it; for finite values no schedule and nothing
  /// skipped can change an exact sum.
  static void sum_exactly(const PassComputer& computer, const float* b, const DenseColumns& values,
                          float* out, std::size_t width) {
    const std::size_t places = values.places();
    std::vector<std::int64_t> numbers(places);
    const ScaledStream scale = scale_stream(b, places, numbers.data());
    SparseNumbers sparse;
    for (std::size_t place = 0; scale.fits && place < places; ++place) {
      if (numbers[place] == 0) continue;
      sparse.places.push_back(static_cast<std::int32_t>(place));
      sparse.numbers.push_back(numbers[place]);
    }
    for (std::size_t column = 0; column < width; ++column) {
      const ScaledStream& other = values.scaled(column);
      if (sums_fit(scale, other, places)) {
        out[column] = rounded_fp32(exact_dot(sparse, values.numbers(column)),
                                   scale.exponent + other.exponent);
      } else {
        out[column] = computer.output(b, values.stream(column), places, Slots(), 0.0F);
      }
    }
  }

  /// `out`: partial sums, which the block's products join.
  void multiply(const float* b, const Slots& slots, const DenseColumns& values, float* out,
                std::size_t width) const {
    std::vector<float> taken(slots.size());
    std::vector<std::int32_t> places(slots.size());
    for (std::size_t at = 0; at < slots.size(); ++at) {
      const bool idle = slots[at] < 0;
      taken[at] = idle ? 0.0F : b[slots[at]];
      places[at] = idle ? values.zero_place() : slots[at];
    }
    const LaneTrace trace{taken.data(), places.data(), slots.size() / lanes_, lanes_};
    std::vector<float> sums(column_block());
    for (std::size_t column = 0; column < width; column += sums.size()) {
      const std::size_t count = std::min(sums.size(), width - column);
      std::fill(sums.begin(), sums.end(), 0.0F);
      std::copy_n(out + column, count, sums.begin());
      accumulate_columns(trace, values.block(column / sums.size()), sums.data());
      // A NaN stays one through every sum: its one form can wait until the end.
      std::transform(sums.begin(), sums.begin() + static_cast<std::ptrdiff_t>(count), out + column,
                     canonical);
    }
  }
};

/// Two-sided: every PE has a schedule of its own.
class PassWise : OutputRun {
 public:
  PassWise(const OutputProblem& problem, const PassSink& sink, Meter& meter,
           std::vector<float>& outputs)
      : OutputRun(problem, sink, meter, outputs) {}

  void run(const Segment& segment) {
    const std::int64_t groups = groups_at_once(segment, false);
    for (std::int64_t first = 0; first < segment.column_groups; first += groups) {
      const std::int64_t end = std::min(first + groups, segment.column_groups);
      const std::int64_t first_j = first * columns_;
      const std::int64_t count = std::min<std::int64_t>(end * columns_, segment.J) - first_j;
      const DenseColumns values(reader_, segment, lanes_, first_j, count,
                                DenseColumns::Layout::streams);
      tbb::parallel_for(std::int64_t{0}, segment.row_groups * (end - first), [&](std::int64_t at) {
        run_pass(segment, at / (end - first), first + at % (end - first), values, first_j);
      });
    }
  }

 private:
  void run_pass(const Segment& segment, std::int64_t row_group, std::int64_t column_group,
                const DenseColumns& values, std::int64_t first_j) {
    PassComputer& computer = scratch_.local();
    // Exact sums without a sink look at no schedule; one empty entry a PE, up to 64 x 64 of them.
    static const std::vector<Slots> no_slots(std::size_t{64} * 64);
    const std::vector<Slots>& slots = !problem_.exact || sink_
                                          ? computer.schedule_pass(segment, row_group, column_group)
                                          : no_slots;
    const std::int64_t i = row_group * rows_;
    const std::int64_t j = column_group * columns_;
    const std::int64_t rows = std::min<std::int64_t>(rows_, segment.I - i);
    const std::int64_t columns = std::min<std::int64_t>(columns_, segment.J - j);
    const auto places = static_cast<std::size_t>(segment.K) * lanes_;
    std::vector<float> outputs(static_cast<std::size_t>(rows * columns));
    for (std::int64_t row = 0; row < rows; ++row) {
      const float* const b = computer.b_values(segment, i + row);
      float* const out = outputs.data() + row * columns;
      writer_.resume(segment, i + row, j, out, columns);
      for (std::int64_t column = 0; column < columns; ++column) {
        const float* const a = values.stream(static_cast<std::size_t>(j + column - first_j));
        out[column] = computer.output(
            b, a, places, slots[static_cast<std::size_t>(row * columns_ + column)], out[column]);
      }
      writer_.write(segment, i + row, j, out, columns);
    }
    if (sink_) sink_({&segment, row_group, column_group, 1, &slots, outputs.data(), columns});
    meter_.add(static_cast<double>(rows * columns) * static_cast<double>(segment.K));
  }
};

}  // namespace

std::vector<float> compute_outputs(const OutputProblem& problem, const PassSink& sink,
                                   const Progress& progress) {
  require_countable(problem);
  std::vector<float> outputs(static_cast<std::size_t>(problem.plan.output_count()));
  double whole = 0;
  for (const Segment& segment : problem.plan.segments()) whole += work_of(segment);
  Meter meter(whole, progress);
  for (const Segment& segment : problem.plan.segments()) {
    if (problem.machine.sidedness == Sidedness::two_sided) {
      PassWise(problem, sink, meter, outputs).run(segment);
    } else {
      RowWise(problem, sink, meter, outputs).run(segment);
    }
  }
  return outputs;
}

namespace {

/// The outputs in order of segment, row group and column group, so that a schedule is made once.
std::vector<OutputPlace> ordered_places(const StreamPlan& plan,
                                        const std::vector<std::int64_t>& outputs) {
  std::vector<OutputPlace> places;
  for (const std::int64_t index : outputs) {
    if (const auto place = plan.output_place(index)) places.push_back(*place);
  }
  const StreamGeometry& geometry = plan.geometry();
  const auto key = [&](const OutputPlace& place) {
    return std::tuple(place.segment->first_pass, place.i / geometry.rows,
                      place.j / geometry.columns, place.i, place.j);
  };
  std::sort(places.begin(), places.end(),
            [&](const OutputPlace& x, const OutputPlace& y) { return key(x) < key(y); });
  return places;
}

}  // namespace

void compute_sample(const OutputProblem& problem, const std::vector<std::int64_t>& outputs_wanted,
                    const PassSink& sink, const Progress& progress) {
  require_countable(problem);
  const std::vector<OutputPlace> places = ordered_places(problem.plan, outputs_wanted);
  const StreamGeometry& geometry = problem.plan.geometry();
  const bool two_sided = problem.machine.sidedness == Sidedness::two_sided;
  const auto row_group = [&](const OutputPlace& place) { return place.i / geometry.rows; };
  const auto column_group = [&](const OutputPlace& place) { return place.j / geometry.columns; };
  // A task is all asked for of one row group, whose schedule is made once.
  std::vector<std::size_t> tasks;
  for (std::size_t at = 0; at < places.size(); ++at) {
    if (at == 0 || places[at].segment != places[at - 1].segment ||
        row_group(places[at]) != row_group(places[at - 1])) {
      tasks.push_back(at);
    }
  }
  const std::size_t task_count = tasks.size();
  tasks.push_back(places.size());
  Meter meter(static_cast<double>(task_count), progress);
  Scratch scratch([&problem] { return PassComputer(problem); });
  const StreamReader reader(problem.plan, problem.tensors);
  tbb::parallel_for(std::size_t{0}, task_count, [&](std::size_t task) {
    PassComputer& computer = scratch.local();
    const OutputPlace& first = places[tasks[task]];
    const Segment* const last_block = first.segment;
    const std::int64_t group = row_group(first);
    const std::int64_t rows =
        std::min<std::int64_t>(geometry.rows, last_block->I - group * geometry.rows);
    std::vector<float> sums(tasks[task + 1] - tasks[task]);
    // Blocks of the same reductions stand side by side.
    for (const Segment* block = last_block - last_block->block; block <= last_block; ++block) {
      const Segment& segment = *block;
      const auto length = static_cast<std::size_t>(segment.K) * geometry.lanes;
      if (!two_sided) computer.schedule_rows(segment, group);
      std::vector<float> a(length);
      for (std::size_t at = tasks[task]; at < tasks[task + 1];) {
        const std::int64_t columns_at = column_group(places[at]);
        const std::int64_t first_j = columns_at * geometry.columns;
        const std::int64_t columns = std::min<std::int64_t>(geometry.columns, segment.J - first_j);
        const std::vector<Slots>& slots =
            two_sided ? computer.schedule_pass(segment, group, columns_at) : computer.slots();
        std::vector<float> outputs(static_cast<std::size_t>(rows * columns));
        for (; at < tasks[task + 1] && column_group(places[at]) == columns_at; ++at) {
          const OutputPlace& place = places[at];
          const std::int64_t row = place.i - group * geometry.rows;
          const std::int64_t column = place.j - first_j;
          reader.side_a(segment, place.j, a.data());
          const std::size_t scheduler =
              static_cast<std::size_t>(two_sided ? row * geometry.columns + column : row);
          float& sum = sums[at - tasks[task]];
          sum = computer.output(computer.b_values(segment, place.i), a.data(), length,
                                slots[scheduler], sum);
          outputs[static_cast<std::size_t>(row * columns + column)] = sum;
        }
        sink({&segment, group, columns_at, 1, &slots, outputs.data(), columns});
      }
    }
    meter.add(1);
  });
}

}  // namespace tensordash::engine
