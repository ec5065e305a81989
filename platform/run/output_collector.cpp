#include "platform/run/output_collector.h"

namespace tensordash {

OutputCollector::OutputCollector(const StreamPlan& plan)
    : plan_(plan), outputs_(static_cast<std::size_t>(plan.output_count()), 0.0F) {}

void OutputCollector::collect(const PassRecord& record) {
  const PassPlace place = plan_.pass(record.pass);
  for (unsigned row = 0; row < place.rows; ++row) {
    for (unsigned column = 0; column < place.columns; ++column) {
      const std::int64_t at =
          plan_.output_index(*place.segment, place.first_i + row, place.first_j + column);
      outputs_[static_cast<std::size_t>(at)] =
          record.outputs[std::size_t{row} * plan_.geometry().columns + column];
    }
  }
}

}  // namespace tensordash
