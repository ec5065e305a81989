#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include "models/golden/golden.h"
#include "models/golden/pass_map.h"
#include "models/golden/problem_parts.h"
#include "models/golden/replay.h"
#include "models/golden/schedule_check.h"
#include "models/golden/stream_cache.h"
#include "models/golden/stream_reader.h"

namespace tensordash::golden {
namespace {

std::uint32_t bits_of(float value) {
  std::uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}

constexpr std::size_t most_cached_values = std::size_t{1} << 24;  // 64 MiB a side

}  // namespace

class Judge::Impl {
 public:
  Impl(const Problem& problem, const Geometry& geometry, bool exact, std::vector<float>& outputs)
      : problem_(problem),
        geometry_(geometry),
        exact_(exact),
        map_(problem, geometry),
        reader_(problem, geometry.lanes),
        replay_(geometry.lanes),
        outputs_(outputs),
        judged_(map_.pass_count(), not_judged) {}

  std::uint64_t pass_count() const { return map_.pass_count(); }

  void judge(const PassRecord& record) {
    if (finished_) throw std::logic_error("golden: judge() was called after finish()");
    if (record.pass >= map_.pass_count()) {
      ++verdict_.mismatches;
      report(
          fmt::format("pass {}: the operation has only {} passes", record.pass, map_.pass_count()));
      return;
    }
    const PassPlace place = map_.place_of(record.pass);
    if (judged_[record.pass] != not_judged) {
      condemn(record.pass, place, "came a second time");
      return;
    }
    judged_[record.pass] = 0;
    verdict_.checked += static_cast<std::uint64_t>(place.outputs());
    if (record.outputs.size() == pe_count()) keep_outputs(record, place);
    const std::string fault = fault_of(record, place);
    if (!fault.empty()) {
      condemn(record.pass, place, fault);
    } else if (exact_) {
      compare(record, place, exact_sums(place));
    } else {
      compare(record, place, replayed_sums(record, place));
    }
  }

  const Verdict& finish() {
    if (finished_) return verdict_;
    finished_ = true;
    std::int64_t owned = 0;
    for (std::uint64_t pass = 0; pass < map_.pass_count(); ++pass) {
      const PassPlace place = map_.place_of(pass);
      owned += place.outputs();
      if (judged_[pass] == not_judged) condemn(pass, place, "never came");
    }
    // The rest have an empty reduction: nothing runs for them and they are +0.
    verdict_.checked += static_cast<std::uint64_t>(output_count(problem_) - owned);
    return verdict_;
  }

 private:
  static constexpr std::int64_t not_judged = -1;

  std::size_t pe_count() const {
    return static_cast<std::size_t>(geometry_.rows) * geometry_.columns;
  }

  void report(const std::string& difference) {
    if (verdict_.first.empty()) verdict_.first = difference;
  }

  /// All outputs of the pass are mismatches, those already counted as such only once.
  void condemn(std::uint64_t pass, const PassPlace& place, const std::string& fault) {
    const std::int64_t before = std::max<std::int64_t>(judged_[pass], 0);
    verdict_.mismatches += static_cast<std::uint64_t>(place.outputs() - before);
    if (judged_[pass] != not_judged) judged_[pass] = place.outputs();
    report(fmt::format("pass {}: {}", pass, fault));
  }

  const Section& section_of(const PassPlace& place) const { return map_.sections()[place.section]; }

  std::int64_t output_index(const PassPlace& place, std::int64_t row, std::int64_t column) const {
    return map_.output_index(section_of(place), place.first_row + row, place.first_column + column);
  }

  void keep_outputs(const PassRecord& record, const PassPlace& place) {
    for (std::int64_t row = 0; row < place.rows; ++row) {
      for (std::int64_t column = 0; column < place.columns; ++column) {
        outputs_[static_cast<std::size_t>(output_index(place, row, column))] =
            record.outputs[pe_index(row, column)];
      }
    }
  }

  std::size_t pe_index(std::int64_t row, std::int64_t column) const {
    return static_cast<std::size_t>(row) * geometry_.columns + static_cast<std::size_t>(column);
  }

  std::string fault_of(const PassRecord& record, const PassPlace& place) {
    const auto tile = static_cast<unsigned>(record.pass % geometry_.tiles);
    if (record.tile != tile) {
      return fmt::format("ran on tile {}, belongs to tile {}", record.tile, tile);
    }
    const unsigned schedulers = problem_.sidedness == Sidedness::two_sided ? geometry_.columns : 1;
    if (record.schedulers_a_row != schedulers) {
      return fmt::format("{} schedulers a row, expected {}", record.schedulers_a_row, schedulers);
    }
    const std::size_t all = static_cast<std::size_t>(geometry_.rows) * schedulers;
    if (record.slots.size() != all) {
      return fmt::format("schedules of {} schedulers, expected {}", record.slots.size(), all);
    }
    if (record.outputs.size() != pe_count()) {
      return fmt::format("{} outputs, expected {}", record.outputs.size(), pe_count());
    }
    for (unsigned row = 0; row < geometry_.rows; ++row) {
      for (unsigned column = 0; column < schedulers; ++column) {
        std::string fault = fault_of_scheduler(record, place, row, column);
        if (fault.empty()) continue;
        const std::string name = schedulers == 1 ? fmt::format("row {}", row)
                                                 : fmt::format("row {}, column {}", row, column);
        return fmt::format("{}, {}", name, fault);
      }
    }
    return {};
  }

  std::string fault_of_scheduler(const PassRecord& record, const PassPlace& place, unsigned row,
                                 unsigned column) {
    const auto& slots = record.slots[row * record.schedulers_a_row + column];
    if (problem_.sidedness == Sidedness::none) {
      const auto stream_rows = static_cast<std::size_t>(section_of(place).stream_rows);
      return fault_of_dense_schedule(slots, geometry_.lanes, stream_rows);
    }
    mark_candidates(place, row, column);
    return fault_of_sparse_schedule(slots, geometry_.lanes, places_);
  }

  /// Missing rows and columns are all-zero streams: they have no candidate.
  void mark_candidates(const PassPlace& place, std::int64_t row, std::int64_t column) {
    const std::size_t length = stream_length(place);
    places_.assign(length, PlaceState::not_a_candidate);
    const bool both = problem_.sidedness == Sidedness::two_sided;
    if (row >= place.rows || (both && column >= place.columns)) return;
    const float* b = row_streams(place).data() + static_cast<std::size_t>(row) * length;
    const float* a = column_streams(place).data() + column;
    const auto stride = static_cast<std::size_t>(place.columns);
    for (std::size_t p = 0; p < length; ++p) {
      const bool candidate = b[p] != 0.0f && (!both || a[p * stride] != 0.0f);
      if (candidate) places_[p] = PlaceState::candidate;
    }
  }

  std::size_t stream_length(const PassPlace& place) const {
    return static_cast<std::size_t>(section_of(place).stream_rows) * geometry_.lanes;
  }

  /// One stream after another.
  const std::vector<float>& row_streams(const PassPlace& place) {
    return rows_.get({place.section, place.row_group}, [&] {
      const std::size_t length = stream_length(place);
      std::vector<float> streams(length * static_cast<std::size_t>(place.rows));
      for (std::int64_t row = 0; row < place.rows; ++row) {
        reader_.read_row(section_of(place), place.first_row + row,
                         streams.data() + static_cast<std::size_t>(row) * length, 1);
      }
      return streams;
    });
  }

  /// Interleaved: a place of all columns side by side.
  const std::vector<float>& column_streams(const PassPlace& place) {
    return columns_.get({place.section, place.column_group}, [&] {
      const auto columns = static_cast<std::size_t>(place.columns);
      std::vector<float> streams(stream_length(place) * columns);
      for (std::size_t column = 0; column < columns; ++column) {
        reader_.read_column(section_of(place),
                            place.first_column + static_cast<std::int64_t>(column),
                            streams.data() + column, columns);
      }
      return streams;
    });
  }

  /// Sums of the pass's real rows x real columns.
  std::vector<float> replayed_sums(const PassRecord& record, const PassPlace& place) {
    const std::size_t length = stream_length(place);
    const auto columns = static_cast<std::size_t>(place.columns);
    const float* b = row_streams(place).data();
    const float* a = column_streams(place).data();
    std::vector<float> sums(static_cast<std::size_t>(place.outputs()));
    float* sum = sums.data();
    for (std::int64_t row = 0; row < place.rows; ++row, b += length, sum += columns) {
      const auto* slots = &record.slots[static_cast<std::size_t>(row) * record.schedulers_a_row];
      if (record.schedulers_a_row == 1) {
        replay_.run(*slots, b, a, columns, columns, sum);
        continue;
      }
      for (std::size_t c = 0; c < columns; ++c) {
        replay_.run(slots[c], b, a + c, columns, 1, sum + c);
      }
    }
    return sums;
  }

  std::vector<float> exact_sums(const PassPlace& place) {
    if (expected_.empty()) expected_ = exact_outputs(problem_);
    std::vector<float> sums;
    for (std::int64_t row = 0; row < place.rows; ++row) {
      for (std::int64_t column = 0; column < place.columns; ++column) {
        sums.push_back(expected_[static_cast<std::size_t>(output_index(place, row, column))]);
      }
    }
    return sums;
  }

  void compare(const PassRecord& record, const PassPlace& place,
               const std::vector<float>& expected) {
    const float* want = expected.data();
    for (std::int64_t row = 0; row < place.rows; ++row) {
      for (std::int64_t column = 0; column < place.columns; ++column, ++want) {
        const float got = record.outputs[pe_index(row, column)];
        if (bits_of(got) == bits_of(*want)) continue;
        ++verdict_.mismatches;
        ++judged_[record.pass];
        if (!verdict_.first.empty()) continue;
        report(fmt::format("pass {}, {}: expected {} (0x{:08x}), got {} (0x{:08x})", record.pass,
                           output_name(problem_, output_index(place, row, column)), *want,
                           bits_of(*want), got, bits_of(got)));
      }
    }
  }

  Problem problem_;
  Geometry geometry_;
  bool exact_;
  PassMap map_;
  StreamReader reader_;
  Replay replay_;
  StreamCache rows_{most_cached_values}, columns_{most_cached_values};
  std::vector<float>& outputs_;
  std::vector<float> expected_;       // exact outputs, computed when first needed
  std::vector<PlaceState> places_;    // of the stream under check
  std::vector<std::int64_t> judged_;  // mismatches counted a pass, or not_judged
  Verdict verdict_;
  bool finished_ = false;
};

Judge::Judge(const Problem& problem, const Geometry& geometry, bool exact) {
  require_operands(problem);
  outputs_.resize(static_cast<std::size_t>(output_count(problem)));
  impl_ = std::make_unique<Impl>(problem, geometry, exact, outputs_);
}

Judge::~Judge() = default;

void Judge::judge(const PassRecord& record) {
  impl_->judge(record);
}

const Verdict& Judge::finish() {
  return impl_->finish();
}

std::uint64_t Judge::pass_count() const {
  return impl_->pass_count();
}

}  // namespace tensordash::golden
