#include "models/engine/schedule_paces.h"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <stdexcept>

#include "models/engine/stream_batch.h"
#include "models/engine/window_scheduler.h"

namespace tensordash::engine {
namespace {

using GroupPaces = std::vector<std::vector<std::uint8_t>>;  ///< [row group]

SegmentPace joined(const GroupPaces& groups) {
  SegmentPace pace;
  std::size_t steps = 0;
  for (const auto& group : groups) steps += group.size();
  pace.advance.reserve(steps);
  for (const auto& group : groups) {
    pace.first.push_back(pace.advance.size());
    pace.advance.insert(pace.advance.end(), group.begin(), group.end());
  }
  return pace;
}

/// Schedules groups side by side: of all of them in batches that fit the memory set aside.
class PaceMaker {
 public:
  PaceMaker(const StreamPlan& plan, const OperandBits& bits, const Machine& machine)
      : machine_(machine),
        reader_(plan, bits),
        scheduler_(*machine.table),
        rows_(plan.geometry().rows),
        columns_(plan.geometry().columns),
        lanes_(plan.geometry().lanes),
        depth_(machine.table->depth()) {}

  /// A row group each.
  GroupPaces one_sided(const Segment& segment) const {
    GroupPaces paces(static_cast<std::size_t>(segment.row_groups));
    const std::int64_t block = groups_at_once(segment, rows_);
    tbb::parallel_for(std::int64_t{0}, blocks(segment.row_groups, block), [&](std::int64_t task) {
      const std::int64_t first = task * block;
      const std::int64_t count = std::min(block, segment.row_groups - first);
      StreamGroups streams(reader_, segment, StreamGroups::Side::b, rows_, lanes_, depth_);
      streams.read(first, count);
      ScheduleBatch batch;
      batch.stream_rows = static_cast<std::uint32_t>(segment.K);
      batch.rows = rows_;
      for (std::int64_t group = first; group < first + count; ++group) {
        batch.b.push_back(streams.group(group));
        batch.real_rows.push_back(streams.real(group));
        batch.paces.push_back(&paces[static_cast<std::size_t>(group)]);
      }
      run(batch);
    });
    return paces;
  }

  /// A pass each.
  GroupPaces two_sided(const Segment& segment) const {
    GroupPaces paces(static_cast<std::size_t>(segment.passes()));
    const std::int64_t block = groups_at_once(segment, columns_);
    tbb::parallel_for(
        std::int64_t{0}, blocks(segment.column_groups, block), [&](std::int64_t task) {
          const std::int64_t first = task * block;
          const std::int64_t count = std::min(block, segment.column_groups - first);
          StreamGroups a(reader_, segment, StreamGroups::Side::a, columns_, lanes_, depth_);
          StreamGroups b(reader_, segment, StreamGroups::Side::b, rows_, lanes_, depth_);
          a.read(first, count);
          for (std::int64_t row = 0; row < segment.row_groups; ++row) {
            b.read(row, 1);
            ScheduleBatch batch;
            batch.stream_rows = static_cast<std::uint32_t>(segment.K);
            batch.rows = rows_;
            batch.columns = columns_;
            for (std::int64_t column = first; column < first + count; ++column) {
              batch.b.push_back(b.group(row));
              batch.a.push_back(a.group(column));
              batch.real_rows.push_back(b.real(row));
              batch.real_columns.push_back(a.real(column));
              batch.paces.push_back(
                  &paces[static_cast<std::size_t>(row * segment.column_groups + column)]);
            }
            run(batch);
          }
        });
    return paces;
  }

 private:
  static std::int64_t blocks(std::int64_t count, std::int64_t size) {
    return (count + size - 1) / size;
  }

  std::int64_t groups_at_once(const Segment& segment, unsigned size) const {
    const StreamGroups sample(reader_, segment, StreamGroups::Side::b, size, lanes_, depth_);
    return static_cast<std::int64_t>(std::clamp<std::size_t>(
        machine_.most_stream_bytes / sample.group_bytes(), 1, WindowScheduler::batch_width()));
  }

  void run(const ScheduleBatch& batch) const {
    std::vector<std::uint32_t> steps(batch.groups());
    scheduler_.run(batch, steps.data(), nullptr);
  }

  const Machine& machine_;
  StreamBits reader_;
  WindowScheduler scheduler_;
  const unsigned rows_, columns_, lanes_, depth_;
};

}  // namespace

std::vector<SegmentPace> schedule_paces(const StreamPlan& plan, const OperandBits& bits,
                                        const Machine& machine) {
  if (machine.sidedness == Sidedness::none || machine.elastic) {
    throw std::invalid_argument("paces: only of schedulers in lockstep");
  }
  const PaceMaker maker(plan, bits, machine);
  std::vector<SegmentPace> paces;
  for (const Segment& segment : plan.segments()) {
    const bool two_sided = machine.sidedness == Sidedness::two_sided;
    paces.push_back(joined(two_sided ? maker.two_sided(segment) : maker.one_sided(segment)));
    paces.back().by_pass = two_sided;
  }
  return paces;
}

}  // namespace tensordash::engine
