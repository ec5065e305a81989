#include "models/engine/operation_timing.h"

#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <mutex>
#include <stdexcept>

#include "models/engine/stream_batch.h"
#include "models/engine/tile_sums.h"
#include "models/engine/window_scheduler.h"

namespace tensordash::engine {
namespace {

using Count = std::uint64_t;

Count unsigned_of(std::int64_t value) {
  return static_cast<Count>(value);
}

/// What tasks found, added up under a lock now and then.
struct Found {
  TileSums tiles;
  LaneSteps lanes;  ///< of PEs
  Count missing_rows = 0, missing_columns = 0;

  explicit Found(unsigned tile_count) : tiles(tile_count) {}
};

/// Schedules one operation.
class Timer {
 public:
  Timer(const StreamPlan& plan, const OperandBits& bits, const Machine& machine,
        const Progress& progress)
      : plan_(plan),
        machine_(machine),
        progress_(progress),
        reader_(plan, bits),
        scheduler_(*machine.table),
        lanes_(plan.geometry().lanes),
        depth_(machine.table->depth()),
        rows_(plan.geometry().rows),
        columns_(plan.geometry().columns),
        found_(machine.tiles) {
    for (const Segment& segment : plan.segments()) work_ += work_of(segment);
  }

  const Found& run() {
    for (const Segment& segment : plan_.segments()) {
      if (machine_.sidedness == Sidedness::one_sided) {
        one_sided(segment);
      } else {
        two_sided(segment);
      }
    }
    return found_;
  }

 private:
  double work_of(const Segment& segment) const {
    const double groups = static_cast<double>(segment.row_groups) * static_cast<double>(segment.K);
    return machine_.sidedness == Sidedness::one_sided
               ? groups
               : groups * static_cast<double>(segment.column_groups);
  }

  /// Row groups in blocks for tasks: wide enough for the scheduler, enough of them for all cores.
  void one_sided(const Segment& segment) {
    const unsigned size = machine_.elastic ? 1 : rows_;
    // Elastic rows are groups of their own; a task takes whole row groups all the same.
    const unsigned groups_a_row_group = machine_.elastic ? rows_ : 1;
    const StreamGroups sample(reader_, segment, StreamGroups::Side::b, size, lanes_, depth_);
    const std::size_t by_memory =
        machine_.most_stream_bytes / (sample.group_bytes() * groups_a_row_group);
    const std::size_t by_width = WindowScheduler::batch_width() / groups_a_row_group;
    const auto cores = static_cast<std::int64_t>(tbb::this_task_arena::max_concurrency());
    const std::int64_t block = std::clamp<std::int64_t>(
        (segment.row_groups + cores - 1) / cores, 1,
        static_cast<std::int64_t>(std::max<std::size_t>(1, std::min(by_memory, by_width))));
    const std::int64_t tasks = (segment.row_groups + block - 1) / block;
    tbb::parallel_for(std::int64_t{0}, tasks, [&](std::int64_t task) {
      const std::int64_t first = task * block;
      const std::int64_t count = std::min(block, segment.row_groups - first);
      StreamGroups streams(reader_, segment, StreamGroups::Side::b, size, lanes_, depth_);
      const std::int64_t groups = std::min(count * groups_a_row_group,
                                           machine_.elastic ? segment.I - first * rows_ : count);
      streams.read(first * groups_a_row_group, groups);
      std::vector<std::uint32_t> steps(static_cast<std::size_t>(groups));
      LaneSteps lanes;
      schedule(segment, streams, first * groups_a_row_group, groups, steps, lanes);
      row_groups_done(segment, first, count, steps, lanes);
    });
  }

  /// One-sided groups in batches as wide as the scheduler.
  void schedule(const Segment& segment, const StreamGroups& streams, std::int64_t first,
                std::int64_t count, std::vector<std::uint32_t>& steps, LaneSteps& lanes) const {
    const auto width = static_cast<std::int64_t>(WindowScheduler::batch_width());
    for (std::int64_t done = 0; done < count; done += width) {
      ScheduleBatch batch;
      batch.stream_rows = static_cast<std::uint32_t>(segment.K);
      batch.rows = machine_.elastic ? 1 : rows_;
      for (std::int64_t group = done; group < std::min(count, done + width); ++group) {
        batch.b.push_back(streams.group(first + group));
        batch.real_rows.push_back(streams.real(first + group));
      }
      scheduler_.run(batch, steps.data() + done, &lanes);
    }
  }

  /// A row group takes the same steps in all its passes, one for each column group.
  void row_groups_done(const Segment& segment, std::int64_t first, std::int64_t count,
                       const std::vector<std::uint32_t>& steps, LaneSteps lanes) {
    const Count passes = unsigned_of(segment.column_groups);
    const Count J = unsigned_of(segment.J);
    Count missing_rows = 0;
    Count missing_columns = 0;
    std::vector<Count> taken(static_cast<std::size_t>(count));
    for (std::int64_t group = 0; group < count; ++group) {
      const Count real =
          unsigned_of(std::min<std::int64_t>(rows_, segment.I - (first + group) * rows_));
      Count own = 0;
      if (machine_.elastic) {
        const auto* const begin = steps.data() + group * rows_;
        own = *std::max_element(begin, begin + real);
        for (Count row = 0; row < real; ++row) lanes.waiting += (own - begin[row]) * lanes_;
      } else {
        own = steps[static_cast<std::size_t>(group)];
      }
      taken[static_cast<std::size_t>(group)] = own;
      missing_rows += own * (rows_ - real) * passes * columns_;
      missing_columns += own * real * (passes * columns_ - J);
    }
    const std::lock_guard lock(mutex_);
    for (std::int64_t group = 0; group < count; ++group) {
      found_.tiles.add(segment.first_turn + unsigned_of(first + group) * passes, passes,
                       taken[static_cast<std::size_t>(group)]);
    }
    found_.missing_rows += missing_rows * lanes_;
    found_.missing_columns += missing_columns * lanes_;
    // A row's schedule is that of all its real PEs.
    found_.lanes.taken += lanes.taken * J;
    found_.lanes.waiting += lanes.waiting * J;
    found_.lanes.tail += lanes.tail * J;
    found_.lanes.priority += lanes.priority * J;
    found_.lanes.connectivity += lanes.connectivity * J;
    report(static_cast<double>(count) * static_cast<double>(segment.K));
  }

  /// Passes in rectangles of row groups and column groups, so that a stream that was laid out is
  /// used several times.
  void two_sided(const Segment& segment) {
    const unsigned b_size = machine_.elastic ? 1 : rows_;
    const unsigned a_size = machine_.elastic ? 1 : columns_;
    const StreamGroups sample(reader_, segment, StreamGroups::Side::b, std::max(b_size, a_size),
                              lanes_, depth_);
    const auto by_memory = static_cast<std::int64_t>(
        std::max<std::size_t>(1, machine_.most_stream_bytes / 2 / sample.group_bytes() /
                                     (machine_.elastic ? std::max(rows_, columns_) : 1)));
    constexpr std::int64_t side = 16;
    const std::int64_t height = std::min({side, segment.row_groups, by_memory});
    const auto width = static_cast<std::int64_t>(WindowScheduler::batch_width());
    const std::int64_t breadth =
        std::min({std::max<std::int64_t>(1, width / height), segment.column_groups, by_memory});
    const std::int64_t across = (segment.column_groups + breadth - 1) / breadth;
    const std::int64_t tasks = (segment.row_groups + height - 1) / height * across;
    tbb::parallel_for(std::int64_t{0}, tasks, [&](std::int64_t task) {
      Rectangle passes;
      passes.first_row_group = task / across * height;
      passes.row_groups = std::min(height, segment.row_groups - passes.first_row_group);
      passes.first_column_group = task % across * breadth;
      passes.column_groups = std::min(breadth, segment.column_groups - passes.first_column_group);
      run_passes(segment, passes);
    });
  }

  struct Rectangle {
    std::int64_t first_row_group = 0, row_groups = 0;
    std::int64_t first_column_group = 0, column_groups = 0;
  };

  void run_passes(const Segment& segment, const Rectangle& passes) {
    const std::int64_t b_unit = machine_.elastic ? rows_ : 1;
    const std::int64_t a_unit = machine_.elastic ? columns_ : 1;
    const std::int64_t first_b = passes.first_row_group * b_unit;
    const std::int64_t first_a = passes.first_column_group * a_unit;
    const std::int64_t b_count = std::min(
        passes.row_groups * b_unit, (machine_.elastic ? segment.I : segment.row_groups) - first_b);
    const std::int64_t a_count =
        std::min(passes.column_groups * a_unit,
                 (machine_.elastic ? segment.J : segment.column_groups) - first_a);
    StreamGroups b(reader_, segment, StreamGroups::Side::b, machine_.elastic ? 1 : rows_, lanes_,
                   depth_);
    StreamGroups a(reader_, segment, StreamGroups::Side::a, machine_.elastic ? 1 : columns_, lanes_,
                   depth_);
    b.read(first_b, b_count);
    a.read(first_a, a_count);
    std::vector<std::uint32_t> steps(static_cast<std::size_t>(b_count * a_count));
    LaneSteps lanes;
    const auto width = static_cast<std::int64_t>(WindowScheduler::batch_width());
    for (std::int64_t done = 0; done < b_count * a_count; done += width) {
      ScheduleBatch batch;
      batch.stream_rows = static_cast<std::uint32_t>(segment.K);
      batch.rows = machine_.elastic ? 1 : rows_;
      batch.columns = machine_.elastic ? 1 : columns_;
      for (std::int64_t at = done; at < std::min(b_count * a_count, done + width); ++at) {
        const std::int64_t b_group = first_b + at / a_count;
        const std::int64_t a_group = first_a + at % a_count;
        batch.b.push_back(b.group(b_group));
        batch.a.push_back(a.group(a_group));
        batch.real_rows.push_back(b.real(b_group));
        batch.real_columns.push_back(a.real(a_group));
      }
      scheduler_.run(batch, steps.data() + done, &lanes);
    }
    passes_done(segment, passes, steps, a_count, lanes);
  }

  void passes_done(const Segment& segment, const Rectangle& passes,
                   const std::vector<std::uint32_t>& steps, std::int64_t a_count, LaneSteps lanes) {
    Count missing_rows = 0;
    Count missing_columns = 0;
    std::vector<Count> taken;
    for (std::int64_t ig = 0; ig < passes.row_groups; ++ig) {
      const std::int64_t rows =
          std::min<std::int64_t>(rows_, segment.I - (passes.first_row_group + ig) * rows_);
      for (std::int64_t jg = 0; jg < passes.column_groups; ++jg) {
        const std::int64_t columns = std::min<std::int64_t>(
            columns_, segment.J - (passes.first_column_group + jg) * columns_);
        Count own = 0;
        if (machine_.elastic) {
          const auto at = [&](std::int64_t row, std::int64_t column) -> Count {
            return steps[static_cast<std::size_t>((ig * rows_ + row) * a_count + jg * columns_ +
                                                  column)];
          };
          Count sum = 0;
          for (std::int64_t row = 0; row < rows; ++row) {
            for (std::int64_t column = 0; column < columns; ++column) {
              own = std::max(own, at(row, column));
              sum += at(row, column);
            }
          }
          lanes.waiting += (own * unsigned_of(rows * columns) - sum) * lanes_;
        } else {
          own = steps[static_cast<std::size_t>(ig * a_count + jg)];
        }
        taken.push_back(own);
        missing_rows += own * (rows_ - unsigned_of(rows)) * columns_;
        missing_columns += own * unsigned_of(rows) * (columns_ - unsigned_of(columns));
      }
    }
    const std::lock_guard lock(mutex_);
    for (std::int64_t ig = 0; ig < passes.row_groups; ++ig) {
      for (std::int64_t jg = 0; jg < passes.column_groups; ++jg) {
        const std::int64_t pass =
            (passes.first_row_group + ig) * segment.column_groups + passes.first_column_group + jg;
        found_.tiles.add(segment.first_turn + unsigned_of(pass), 1,
                         taken[static_cast<std::size_t>(ig * passes.column_groups + jg)]);
      }
    }
    found_.missing_rows += missing_rows * lanes_;
    found_.missing_columns += missing_columns * lanes_;
    found_.lanes += lanes;
    report(static_cast<double>(passes.row_groups) * static_cast<double>(passes.column_groups) *
           static_cast<double>(segment.K));
  }

  void report(double work) {
    done_ += work;
    if (progress_) progress_(done_ / work_);
  }

  const StreamPlan& plan_;
  const Machine& machine_;
  const Progress& progress_;
  StreamBits reader_;
  WindowScheduler scheduler_;
  const unsigned lanes_, depth_, rows_, columns_;
  double work_ = 0;
  std::mutex mutex_;  ///< guards what follows
  Found found_;
  double done_ = 0;
};

Count most(const std::vector<Count>& values) {
  return *std::max_element(values.begin(), values.end());
}

void classify_pairs(const PairTotals& pairs, Sidedness sidedness, OperationTiming& timing) {
  CycleLedger& ledger = timing.ledger;
  ledger.effectual = pairs.effectual;
  switch (sidedness) {
    case Sidedness::one_sided:
      timing.issued = pairs.b_nonzero;
      ledger.zero_a = pairs.b_with_real - pairs.effectual;
      ledger.structural = pairs.b_nonzero - pairs.b_with_real;
      break;
    case Sidedness::two_sided:
      timing.issued = pairs.effectual;
      break;
    case Sidedness::none:
      timing.issued = pairs.places;
      ledger.zero_a = pairs.b_with_real - pairs.effectual;
      ledger.zero_b = pairs.a_with_real - pairs.effectual;
      ledger.zero_both = pairs.real - pairs.b_with_real - pairs.a_with_real + pairs.effectual;
      ledger.structural = pairs.places - pairs.real;
      break;
  }
}

/// The dense schedule: every pass takes K steps, and the tiles' missing rows and columns idle.
Found dense(const StreamPlan& plan, unsigned tiles) {
  const unsigned rows = plan.geometry().rows;
  const unsigned columns = plan.geometry().columns;
  const unsigned lanes = plan.geometry().lanes;
  Found found(tiles);
  for (const Segment& segment : plan.segments()) {
    const Count K = unsigned_of(segment.K);
    const Count all_rows = unsigned_of(segment.row_groups) * rows;
    const Count all_columns = unsigned_of(segment.column_groups) * columns;
    const Count I = unsigned_of(segment.I);
    const Count J = unsigned_of(segment.J);
    found.tiles.add(segment.first_turn, segment.passes(), K);
    found.missing_rows += (all_rows - I) * all_columns * K * lanes;
    found.missing_columns += I * (all_columns - J) * K * lanes;
    found.lanes.taken += I * J * K * lanes;
  }
  return found;
}

}  // namespace

OperationTiming time_operation(const StreamPlan& plan, const OperandBits& bits,
                               const float* weights, const ZeroRule& rule, const Machine& machine,
                               const Progress& progress) {
  for (const Segment& segment : plan.segments()) {
    if (segment.K >= std::int64_t{1} << 31) {
      throw std::invalid_argument("a stream has more than 2^31 rows; allowed: fewer");
    }
  }
  OperationTiming timing;
  timing.pairs = count_pairs(plan, bits, weights, rule);
  classify_pairs(timing.pairs, machine.sidedness, timing);
  const Found baseline = dense(plan, machine.tiles);
  timing.dense_steps = most(baseline.tiles.sums());

  const auto finish = [&](const Found& found) {
    const std::vector<Count> sums = found.tiles.sums();
    timing.steps = most(sums);
    const Count tile_lanes =
        Count{plan.geometry().rows} * plan.geometry().columns * plan.geometry().lanes;
    CycleLedger& ledger = timing.ledger;
    for (const Count steps : sums) ledger.out_of_passes += (timing.steps - steps) * tile_lanes;
    ledger.missing_row = found.missing_rows;
    ledger.missing_column = found.missing_columns;
    ledger.waiting = found.lanes.waiting;
    ledger.tail = found.lanes.tail;
    ledger.priority = found.lanes.priority;
    ledger.connectivity = found.lanes.connectivity;
    // Two independent counts, of schedules and of tensors, and the whole: a difference is a defect.
    if (found.lanes.taken != timing.issued ||
        ledger.total() != timing.steps * machine.tiles * tile_lanes) {
      throw std::logic_error("the engine's lane-cycles do not add up");
    }
  };
  if (machine.sidedness == Sidedness::none) {
    finish(baseline);
  } else {
    Timer timer(plan, bits, machine, progress);
    finish(timer.run());
  }
  return timing;
}

}  // namespace tensordash::engine
