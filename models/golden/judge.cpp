#include <fmt/format.h>
#include <tbb/enumerable_thread_specific.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <stdexcept>

#include "models/golden/exact_row.h"
#include "models/golden/golden.h"
#include "models/golden/panel_store.h"
#include "models/golden/pass_map.h"
#include "models/golden/problem_parts.h"
#include "models/golden/replay.h"
#include "models/golden/sample_plan.h"
#include "models/golden/schedule_check.h"
#include "models/golden/stream_cache.h"
#include "models/golden/stream_reader.h"
#include "models/golden/verdict_ledger.h"

namespace tensordash::golden {
namespace {

std::uint32_t bits_of(float value) {
  std::uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}

constexpr std::size_t most_panel_values = std::size_t{1} << 28;  // 1 GiB of side A, all threads
constexpr std::size_t most_row_values = std::size_t{1} << 22;    // 16 MiB of side B a thread

/// What a record says about passes that follow each other in a row group.
struct Block {
  std::uint64_t first_pass = 0, end_pass = 0;
  PassPlace place;                 ///< of the first pass
  std::int64_t columns = 0;        ///< side-A streams of all passes
  std::string fault;               ///< of the record's shape
  const float* outputs = nullptr;  ///< those of column j from outputs[j - place.first_column] on
  std::size_t stride = 0;          ///< outputs from one row to the next
  const std::vector<std::vector<StreamPlace>>* slots = nullptr;
  std::size_t schedulers_a_row = 1;
};

}  // namespace

class Judge::Impl {
 public:
  Impl(const Problem& problem, const Geometry& geometry, bool exact,
       const std::optional<std::vector<std::int64_t>>& sample, std::vector<float>& outputs)
      : problem_(problem),
        geometry_(geometry),
        exact_(exact),
        map_(problem, geometry),
        reader_(problem, geometry.lanes),
        panels_(map_, reader_, geometry.lanes, most_panel_values),
        outputs_(outputs),
        scratch_([this] { return Scratch(*this); }) {
    if (sample) {
      plan_ = std::make_unique<SamplePlan>(map_, output_count(problem), *sample);
    } else {
      outputs_.resize(static_cast<std::size_t>(output_count(problem)));
    }
    ledger_ = std::make_unique<VerdictLedger>(map_, plan_.get());
    for (const Section& section : map_.sections()) blocked_ = blocked_ || !completes(section);
    if (!blocked_) return;
    if (exact) throw std::invalid_argument("golden: exact sums of blocked reductions");
    partial_sums_.resize(plan_ ? sample->size() : outputs_.size());
    summed_ = std::vector<std::atomic<bool>>(ledger_->positions());
  }

  std::uint64_t pass_count() const { return map_.pass_count(); }

  void judge(const PassRecord& record) {
    if (record.pass >= map_.pass_count()) return ledger_->unknown_pass(record.pass);
    Block block;
    block.first_pass = record.pass;
    block.end_pass = record.pass + 1;
    block.place = map_.place_of(record.pass);
    block.columns = block.place.columns;
    block.stride = geometry_.columns;
    block.slots = &record.slots;
    block.schedulers_a_row = record.schedulers_a_row;
    const std::size_t pe_count = geometry_.rows * block.stride;
    if (record.outputs.size() == pe_count) block.outputs = record.outputs.data();
    const unsigned tile = map_.tile_of(record.pass);
    if (record.tile != tile) {
      block.fault = fmt::format("ran on tile {}, belongs to tile {}", record.tile, tile);
    }
    judge(block, record.outputs.size(), pe_count);
  }

  void judge_row_group(const RowGroupRecord& record) {
    if (record.first_pass >= map_.pass_count()) return ledger_->unknown_pass(record.first_pass);
    Block block;
    block.place = map_.place_of(record.first_pass);
    const Section& section = section_of(block.place);
    const auto column_groups = static_cast<std::uint64_t>(section.column_groups);
    const auto before = static_cast<std::uint64_t>(block.place.column_group);
    block.first_pass = record.first_pass - before;
    block.end_pass = block.first_pass + column_groups;
    block.place = map_.place_of(block.first_pass);
    block.columns = section.column_streams;
    block.stride = static_cast<std::size_t>(section.column_streams);
    block.slots = &record.slots;
    const std::size_t all = static_cast<std::size_t>(block.place.rows) * block.stride;
    const bool whole = before == 0 && record.column_groups == section.column_groups;
    if (!whole) {
      block.fault =
          fmt::format("in a record of {} column groups from pass {}, expected {} from {}",
                      record.column_groups, record.first_pass, column_groups, block.first_pass);
    } else if (record.outputs.size() == all) {
      block.outputs = record.outputs.data();
      if (two_sided()) return judge_passes(block);
    }
    judge(block, record.outputs.size(), all);
  }

  const Verdict& finish() { return ledger_->finish(output_count(problem_)); }

 private:
  /// What a thread needs while it judges.
  struct Scratch {
    explicit Scratch(const Impl& judge)
        : replays(judge.geometry_.rows, Replay(judge.geometry_.lanes)),
          exact_rows(judge.geometry_.rows, ExactRow(judge.problem_.sidedness)) {}

    std::vector<Replay> replays;       // a tile row each
    std::vector<ExactRow> exact_rows;  // the same
    StreamCache rows{most_row_values};
    std::vector<PlaceState> places;  // of the stream under check
    std::vector<float> columns;      // sampled side-A streams
    std::vector<float> sums;         // what the outputs should be
    std::vector<std::size_t> fresh;  // passes that came for the first time
  };

  bool two_sided() const { return problem_.sidedness == Sidedness::two_sided; }
  const Section& section_of(const PassPlace& place) const { return map_.sections()[place.section]; }
  std::size_t stream_length(const PassPlace& place) const {
    return static_cast<std::size_t>(section_of(place).stream_rows) * geometry_.lanes;
  }

  /// One by one: here candidates depend on the column too.
  void judge_passes(const Block& group) {
    for (std::uint64_t pass = group.first_pass; pass < group.end_pass; ++pass) {
      Block block = group;
      block.first_pass = pass;
      block.end_pass = pass + 1;
      block.place = map_.place_of(pass);
      block.columns = block.place.columns;
      block.outputs += block.place.first_column;
      judge(block, 0, 0);
    }
  }

  void judge(Block& block, std::size_t outputs, std::size_t expected_outputs) {
    Scratch& scratch = scratch_.local();
    ledger_->claim(block.first_pass, block.end_pass, scratch.fresh);
    if (scratch.fresh.empty()) return;
    if (block.fault.empty()) block.fault = shape_fault(block, outputs, expected_outputs);
    if (block.fault.empty()) block.fault = resume_fault(scratch.fresh);
    if (plan_) {
      for (const std::size_t position : scratch.fresh) judge_sampled(block, position, scratch);
      return;
    }
    if (block.outputs != nullptr) keep_outputs(block, scratch);
    if (block.fault.empty()) block.fault = take_over_rows(block, scratch);
    if (!block.fault.empty()) {
      for (const std::size_t pass : scratch.fresh) ledger_->condemn(pass, block.fault);
      return;
    }
    if (exact_ || !two_sided()) add_up(block, scratch);
    compare(block, scratch);
    if (blocked_) keep_sums(block, scratch);
  }

  /// Of a block that goes on with sums that are not known.
  std::string resume_fault(const std::vector<std::size_t>& fresh) const {
    for (const std::size_t position : fresh) {
      const auto before = map_.resumed_by(ledger_->pass_at(position));
      if (before && !summed_[ledger_->position_of(*before)].load(std::memory_order_acquire)) {
        return fmt::format("goes on with pass {}, which has not come or is at fault", *before);
      }
    }
    return {};
  }

  /// Calls visit(sum, partial sum) for the outputs of the passes that came for the first time.
  template <typename Visit>
  void visit_sums(const Block& block, Scratch& scratch, const Visit& visit) {
    const Section& section = section_of(block.place);
    for (const std::size_t pass : scratch.fresh) {
      const PassPlace place = map_.place_of(pass);
      for (std::int64_t row = 0; row < place.rows; ++row) {
        for (std::int64_t j = place.first_column; j < place.first_column + place.columns; ++j) {
          const std::int64_t at = row * block.columns + j - block.place.first_column;
          const std::int64_t index = map_.output_index(section, place.first_row + row, j);
          visit(scratch.sums[static_cast<std::size_t>(at)],
                partial_sums_[static_cast<std::size_t>(index)]);
        }
      }
    }
  }

  void keep_sums(const Block& block, Scratch& scratch) {
    visit_sums(block, scratch, [](float sum, float& partial) { partial = sum; });
    for (const std::size_t pass : scratch.fresh) {
      summed_[pass].store(true, std::memory_order_release);
    }
  }

  std::string shape_fault(const Block& block, std::size_t outputs, std::size_t expected) const {
    const std::size_t schedulers = two_sided() ? geometry_.columns : 1;
    if (block.schedulers_a_row != schedulers) {
      return fmt::format("{} schedulers a row, expected {}", block.schedulers_a_row, schedulers);
    }
    const std::size_t all = geometry_.rows * schedulers;
    if (block.slots->size() != all) {
      return fmt::format("schedules of {} schedulers, expected {}", block.slots->size(), all);
    }
    if (outputs != expected) return fmt::format("{} outputs, expected {}", outputs, expected);
    return {};
  }

  /// Side-B stream of tile row `row`, and a zero after it. Valid until the next call.
  const float* row_stream(const PassPlace& place, std::int64_t row, Scratch& scratch) const {
    const std::int64_t i = place.first_row + row;
    const auto& stream = scratch.rows.get({place.section, i}, [&] {
      std::vector<float> values(stream_length(place) + 1, 0.0f);
      reader_.read_row(section_of(place), i, values.data(), 1);
      return values;
    });
    return stream.data();
  }

  /// Checks all schedules and makes every tile row ready to be added up. With a scheduler a PE each
  /// is added up at once, unless `exact`.
  std::string take_over_rows(const Block& block, Scratch& scratch) {
    scratch.sums.assign(static_cast<std::size_t>(block.place.rows * block.columns), 0.0f);
    if (section_of(block.place).skipped_rows > 0) {
      visit_sums(block, scratch, [](float& sum, float partial) { sum = partial; });
    }
    for (std::int64_t row = 0; row < geometry_.rows; ++row) {
      const bool exists = row < block.place.rows;
      const float* b = exists ? row_stream(block.place, row, scratch) : nullptr;
      if (exists && exact_) row_of(scratch.exact_rows, row).prepare(b, stream_length(block.place));
      for (std::size_t column = 0; column < block.schedulers_a_row; ++column) {
        std::string fault = fault_of_pe(block, row, column, b, scratch);
        if (!fault.empty()) return fault;
      }
    }
    return {};
  }

  std::string fault_of_pe(const Block& block, std::int64_t row, std::size_t column, const float* b,
                          Scratch& scratch) const {
    const bool exists = b != nullptr && column < static_cast<std::size_t>(block.columns);
    ColumnBlock dense{nullptr, 0, 0};
    std::shared_ptr<const Panel> panel;
    if (exists && two_sided()) {
      const auto j = static_cast<std::size_t>(block.place.first_column) + column;
      constexpr auto width = static_cast<std::size_t>(PanelStore::panel_columns);
      panel = panels_.get(block.place.section, static_cast<std::int64_t>(j / width));
      dense = {panel->values.data() + j % width, panel->columns, 1};
    }
    const std::vector<StreamPlace>& slots = slots_of(block, row, column);
    const std::string fault =
        schedule_fault(block, slots, exists ? b : nullptr, dense, scratch.places);
    if (!fault.empty()) return fault_name(block, row, column) + fault;
    if (!exists || exact_) return {};
    Replay& replay = row_of(scratch.replays, row);
    replay.prepare(slots, b, stream_length(block.place));
    if (two_sided()) {
      const std::size_t at = static_cast<std::size_t>(row * block.columns) + column;
      replay.resume(dense, &scratch.sums[at]);
    }
    return {};
  }

  template <typename Row>
  static Row& row_of(std::vector<Row>& rows, std::int64_t row) {
    return rows[static_cast<std::size_t>(row)];
  }

  static const std::vector<StreamPlace>& slots_of(const Block& block, std::int64_t row,
                                                  std::size_t column) {
    return (*block.slots)[static_cast<std::size_t>(row) * block.schedulers_a_row + column];
  }

  static std::string fault_name(const Block& block, std::int64_t row, std::size_t column) {
    return block.schedulers_a_row == 1 ? fmt::format("row {}, ", row)
                                       : fmt::format("row {}, column {}, ", row, column);
  }

  /// `b` is nullptr in missing rows and columns: those are all-zero streams, without a candidate.
  std::string schedule_fault(const Block& block, const std::vector<StreamPlace>& slots,
                             const float* b, const ColumnBlock& dense,
                             std::vector<PlaceState>& places) const {
    const std::size_t length = stream_length(block.place);
    if (problem_.sidedness == Sidedness::none) {
      return fault_of_dense_schedule(slots, geometry_.lanes, length / geometry_.lanes);
    }
    places.assign(length, PlaceState::not_a_candidate);
    if (b != nullptr && !two_sided()) {
      for (std::size_t p = 0; p < length; ++p) {
        places[p] = b[p] != 0.0f ? PlaceState::candidate : PlaceState::not_a_candidate;
      }
    } else if (b != nullptr) {
      for (std::size_t p = 0; p < length; ++p) {
        const bool both = b[p] != 0.0f && dense.values[p * dense.stride] != 0.0f;
        if (both) places[p] = PlaceState::candidate;
      }
    }
    return fault_of_sparse_schedule(slots, geometry_.lanes, places);
  }

  /// Sums of the block's real rows x its columns, a panel of side A at a time.
  void add_up(const Block& block, Scratch& scratch) const {
    constexpr std::int64_t width = PanelStore::panel_columns;
    const std::int64_t first = block.place.first_column;
    const std::int64_t end = first + block.columns;
    for (std::int64_t j = first; j < end;) {
      const std::int64_t next = std::min(end, (j / width + 1) * width);
      const auto panel = panels_.get(block.place.section, j / width);
      const ColumnBlock dense{panel->values.data() + j % width, panel->columns,
                              static_cast<std::size_t>(next - j)};
      for (std::int64_t row = 0; row < block.place.rows; ++row) {
        float* sums = &scratch.sums[static_cast<std::size_t>(row * block.columns + j - first)];
        if (exact_) {
          row_of(scratch.exact_rows, row).run(dense, sums);
        } else {
          row_of(scratch.replays, row).resume(dense, sums);
        }
      }
      j = next;
    }
  }

  void keep_outputs(const Block& block, const Scratch& scratch) {
    if (scratch.fresh.size() == block.end_pass - block.first_pass) {
      return keep_columns(block, block.place.first_column, block.columns);
    }
    for (const std::size_t pass : scratch.fresh) {
      const PassPlace place = map_.place_of(pass);
      keep_columns(block, place.first_column, place.columns);
    }
  }

  void keep_columns(const Block& block, std::int64_t first, std::int64_t columns) {
    const Section& section = section_of(block.place);
    for (std::int64_t row = 0; row < block.place.rows; ++row) {
      const std::int64_t i = block.place.first_row + row;
      const std::int64_t index = map_.output_index(section, i, first);
      const std::int64_t step = map_.output_index(section, i, first + 1) - index;
      for (std::int64_t c = 0; c < columns; ++c) {
        outputs_[static_cast<std::size_t>(index + c * step)] = output(block, row, first + c);
      }
    }
  }

  static float output(const Block& block, std::int64_t row, std::int64_t j) {
    return block.outputs[static_cast<std::size_t>(row) * block.stride +
                         static_cast<std::size_t>(j - block.place.first_column)];
  }

  void compare(const Block& block, const Scratch& scratch) {
    const auto columns = static_cast<std::size_t>(block.columns);
    bool equal = true;
    for (std::size_t row = 0; row < static_cast<std::size_t>(block.place.rows); ++row) {
      equal = equal && std::memcmp(block.outputs + row * block.stride, &scratch.sums[row * columns],
                                   columns * sizeof(float)) == 0;
    }
    if (equal) return;
    for (const std::size_t pass : scratch.fresh) compare_pass(block, pass, scratch);
  }

  void compare_pass(const Block& block, std::size_t pass, const Scratch& scratch) {
    const PassPlace place = map_.place_of(pass);
    Differences found;
    for (std::int64_t row = 0; row < place.rows; ++row) {
      for (std::int64_t j = place.first_column; j < place.first_column + place.columns; ++j) {
        const std::int64_t at = row * block.columns + j - block.place.first_column;
        found.look_at(place.first_row + row, j, scratch.sums[static_cast<std::size_t>(at)],
                      output(block, row, j));
      }
    }
    report(pass, section_of(place), found);
  }

  struct Differences {
    void look_at(std::int64_t i, std::int64_t j, float expected, float got) {
      if (bits_of(expected) == bits_of(got)) return;
      if (count++ == 0) first_i = i, first_j = j, want = expected, have = got;
    }

    std::int64_t count = 0, first_i = 0, first_j = 0;
    float want = 0.0f, have = 0.0f;
  };

  void report(std::size_t position, const Section& section, const Differences& found) {
    if (found.count == 0) return;
    ledger_->add_mismatches(position, found.count, [&] {
      const std::int64_t index = map_.output_index(section, found.first_i, found.first_j);
      return fmt::format("pass {}, {}: expected {} (0x{:08x}), got {} (0x{:08x})",
                         ledger_->pass_at(position), output_name(problem_, index), found.want,
                         bits_of(found.want), found.have, bits_of(found.have));
    });
  }

  void judge_sampled(const Block& block, std::size_t position, Scratch& scratch) {
    std::string fault = block.fault;
    Differences found;
    const SampledOutput* const end = plan_->end_of(position);
    for (const SampledOutput* first = plan_->begin_of(position); fault.empty() && first < end;) {
      const SampledOutput* last = first + 1;
      // Outputs of a row that share its scheduler go together, as many as a panel has columns.
      while (!two_sided() && last < end && last->row == first->row &&
             last - first < PanelStore::panel_columns) {
        ++last;
      }
      fault = judge_sampled_row(block, first, last, scratch, found);
      first = last;
    }
    if (!fault.empty()) return ledger_->condemn(position, fault);
    report(position, section_of(block.place), found);
    if (blocked_) summed_[position].store(true, std::memory_order_release);
  }

  std::string judge_sampled_row(const Block& block, const SampledOutput* first,
                                const SampledOutput* last, Scratch& scratch, Differences& found) {
    const std::size_t length = stream_length(block.place);
    const std::int64_t row = first->row - block.place.first_row;
    const ColumnBlock dense = sampled_columns(block, first, last, scratch);
    const float* b = row_stream(block.place, row, scratch);
    const std::size_t pe_column =
        two_sided() ? static_cast<std::size_t>(first->column % geometry_.columns) : 0;
    const std::vector<StreamPlace>& slots = slots_of(block, row, pe_column);
    const std::string fault = schedule_fault(block, slots, b, dense, scratch.places);
    if (!fault.empty()) return fault_name(block, row, pe_column) + fault;
    float sums[PanelStore::panel_columns] = {};
    if (section_of(block.place).skipped_rows > 0) {
      for (const SampledOutput* one = first; one < last; ++one) {
        sums[one - first] = partial_sums_[one->number];
      }
    }
    if (exact_) {
      scratch.exact_rows.front().prepare(b, length);
      scratch.exact_rows.front().run(dense, sums);
    } else {
      scratch.replays.front().prepare(slots, b, length);
      scratch.replays.front().resume(dense, sums);
    }
    for (const SampledOutput* one = first; one < last; ++one) {
      if (blocked_) partial_sums_[one->number] = sums[one - first];
      found.look_at(one->row, one->column, sums[one - first], output(block, row, one->column));
    }
    return {};
  }

  ColumnBlock sampled_columns(const Block& block, const SampledOutput* first,
                              const SampledOutput* last, Scratch& scratch) const {
    const auto columns = static_cast<std::size_t>(last - first);
    scratch.columns.assign((stream_length(block.place) + 1) * columns, 0.0f);
    for (std::size_t c = 0; c < columns; ++c) {
      reader_.read_column(section_of(block.place), first[c].column, scratch.columns.data() + c,
                          columns);
    }
    return {scratch.columns.data(), columns, columns};
  }

  Problem problem_;
  Geometry geometry_;
  bool exact_;
  PassMap map_;
  StreamReader reader_;
  mutable PanelStore panels_;
  std::unique_ptr<SamplePlan> plan_;  // with a sample
  std::unique_ptr<VerdictLedger> ledger_;
  std::vector<float>& outputs_;
  bool blocked_ = false;
  std::vector<float> partial_sums_;        // after the last block that came, of outputs or sample
  std::vector<std::atomic<bool>> summed_;  // [position] the sums after the pass are known
  tbb::enumerable_thread_specific<Scratch> scratch_;
};

Judge::Judge(const Problem& problem, const Geometry& geometry, bool exact,
             const std::optional<std::vector<std::int64_t>>& sample) {
  require_operands(problem);
  impl_ = std::make_unique<Impl>(problem, geometry, exact, sample, outputs_);
}

Judge::~Judge() = default;

void Judge::judge(const PassRecord& record) {
  impl_->judge(record);
}

void Judge::judge_row_group(const RowGroupRecord& record) {
  impl_->judge_row_group(record);
}

const Verdict& Judge::finish() {
  return impl_->finish();
}

std::uint64_t Judge::pass_count() const {
  return impl_->pass_count();
}

}  // namespace tensordash::golden
