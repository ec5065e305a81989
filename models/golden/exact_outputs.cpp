#include <tbb/blocked_range.h>
#include <tbb/blocked_range2d.h>
#include <tbb/parallel_for.h>

#include <array>

#include "models/golden/exact_row.h"
#include "models/golden/golden.h"
#include "models/golden/panel_store.h"
#include "models/golden/problem_parts.h"

namespace tensordash::golden {
namespace {

/// Streams of one lane have no lane padding.
constexpr Geometry one_lane{1, 1, 1, 1};
constexpr std::size_t most_panel_values = std::size_t{1} << 28;  // 1 GiB
constexpr std::size_t rows_a_task = 8;
constexpr std::size_t panels_a_task = 16;

class Convolution {
 public:
  explicit Convolution(const Problem& problem)
      : problem_(problem),
        map_(problem, one_lane),
        reader_(problem, one_lane.lanes),
        panels_(map_, reader_, one_lane.lanes, most_panel_values),
        outputs_(static_cast<std::size_t>(output_count(problem))) {}

  std::vector<float> run() {
    tbb::parallel_for(std::size_t{0}, map_.sections().size(), [&](std::size_t s) { section(s); });
    return std::move(outputs_);
  }

 private:
  using Range = tbb::blocked_range2d<std::int64_t>;

  void section(std::size_t index) {
    const Section& section = map_.sections()[index];
    constexpr std::int64_t columns = PanelStore::panel_columns;
    const std::int64_t panels = (section.column_streams + columns - 1) / columns;
    tbb::parallel_for(Range(0, section.row_streams, rows_a_task, 0, panels, panels_a_task),
                      [&](const Range& range) { part(index, range); });
  }

  void part(std::size_t index, const Range& range) {
    const Section& section = map_.sections()[index];
    const auto length = static_cast<std::size_t>(section.stream_rows);
    std::vector<ExactRow> rows;
    std::vector<float> stream(length);
    for (std::int64_t i = range.rows().begin(); i < range.rows().end(); ++i) {
      stream.assign(length, 0.0f);
      reader_.read_row(section, i, stream.data(), 1);
      rows.emplace_back(problem_.sidedness).prepare(stream.data(), length);
    }
    for (std::int64_t p = range.cols().begin(); p < range.cols().end(); ++p) {
      const auto panel = panels_.get(index, p);
      std::int64_t i = range.rows().begin();
      for (ExactRow& row : rows) panel_of_row(section, i++, p, *panel, row);
    }
  }

  void panel_of_row(const Section& section, std::int64_t i, std::int64_t panel_index,
                    const Panel& panel, ExactRow& row) {
    std::array<float, PanelStore::panel_columns> sums;
    row.run({panel.values.data(), panel.columns, panel.columns}, sums.data());
    const std::int64_t first = panel_index * PanelStore::panel_columns;
    for (std::size_t c = 0; c < panel.columns; ++c) {
      const std::int64_t j = first + static_cast<std::int64_t>(c);
      outputs_[static_cast<std::size_t>(map_.output_index(section, i, j))] = sums[c];
    }
  }

  const Problem& problem_;
  PassMap map_;
  StreamReader reader_;
  PanelStore panels_;
  std::vector<float> outputs_;
};

}  // namespace

std::vector<float> exact_outputs(const Problem& problem) {
  require_operands(problem);
  return Convolution(problem).run();
}

}  // namespace tensordash::golden
