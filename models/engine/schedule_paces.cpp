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

}  // namespace

std::vector<SegmentPace> schedule_paces(const StreamPlan& plan, const OperandBits& bits,
                                        const Machine& machine) {
  if (machine.sidedness != Sidedness::one_sided || machine.elastic) {
    throw std::invalid_argument("paces of row groups: only one-sided and in lockstep");
  }
  const StreamBits reader(plan, bits);
  const WindowScheduler scheduler(*machine.table);
  const unsigned rows = plan.geometry().rows;
  const unsigned lanes = plan.geometry().lanes;
  const unsigned depth = machine.table->depth();
  std::vector<SegmentPace> paces;
  for (const Segment& segment : plan.segments()) {
    GroupPaces groups(static_cast<std::size_t>(segment.row_groups));
    const StreamGroups sample(reader, segment, StreamGroups::Side::b, rows, lanes, depth);
    const auto block = static_cast<std::int64_t>(std::clamp<std::size_t>(
        machine.most_stream_bytes / sample.group_bytes(), 1, WindowScheduler::batch_width()));
    const std::int64_t tasks = (segment.row_groups + block - 1) / block;
    tbb::parallel_for(std::int64_t{0}, tasks, [&](std::int64_t task) {
      const std::int64_t first = task * block;
      const std::int64_t count = std::min(block, segment.row_groups - first);
      StreamGroups streams(reader, segment, StreamGroups::Side::b, rows, lanes, depth);
      streams.read(first, count);
      ScheduleBatch batch;
      batch.stream_rows = static_cast<std::uint32_t>(segment.K);
      batch.rows = rows;
      for (std::int64_t group = first; group < first + count; ++group) {
        batch.b.push_back(streams.group(group));
        batch.real_rows.push_back(streams.real(group));
        batch.paces.push_back(&groups[static_cast<std::size_t>(group)]);
      }
      std::vector<std::uint32_t> steps(static_cast<std::size_t>(count));
      scheduler.run(batch, steps.data(), nullptr);
    });
    paces.push_back(joined(groups));
  }
  return paces;
}

}  // namespace tensordash::engine
