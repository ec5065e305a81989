#include "models/engine/window_scheduler.h"

#include <hwy/aligned_allocator.h>

#include <algorithm>
#include <stdexcept>

// Highway compiles the rest of this file once an instruction set.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "models/engine/window_scheduler.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "models/engine/bit_transpose-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tensordash::engine::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using Tag = hn::CappedTag<std::uint64_t, 8>;
using Bits = hn::Vec<Tag>;

constexpr unsigned most_count_bits = 7;  // of a count of lanes: up to max_lanes

/// Adds one bit to counts held bit by bit; `lane` bits were added before.
HWY_INLINE void count_bit(Bits bit, unsigned lane, Bits* count) {
  unsigned plane = 0;
  for (unsigned reach = lane; reach != 0; reach >>= 1, ++plane) {
    const Bits sum = hn::Xor(count[plane], bit);
    bit = hn::And(count[plane], bit);
    count[plane] = sum;
  }
  count[plane] = bit;
}

HWY_INLINE unsigned count_planes(unsigned lanes) {
  unsigned planes = 0;
  for (; lanes != 0; lanes >>= 1) ++planes;
  return planes;
}

HWY_INLINE std::uint64_t population(Bits bits) {
  const Tag tag;
  return hn::GetLane(hn::SumOfLanes(tag, hn::PopulationCount(bits)));
}

HWY_INLINE std::uint64_t counted(const Bits* count, unsigned planes, Bits mask) {
  std::uint64_t sum = 0;
  for (unsigned plane = 0; plane < planes; ++plane) {
    sum += population(hn::And(count[plane], mask)) << plane;
  }
  return sum;
}

/// The run of one batch. Planes are vectors with a bit a group, stored one behind the other.
class Run {
 public:
  Run(const ScheduleBatch& batch, const Connectivity& table, const std::uint32_t* places,
      std::uint32_t* steps)
      : batch_(batch),
        lanes_(table.lanes()),
        depth_(table.depth()),
        options_(static_cast<unsigned>(table.options().size())),
        places_(places),
        steps_(steps),
        b_words_(words_of(batch.rows)),
        a_words_(batch.a.empty() ? 0 : words_of(batch.columns)),
        schedulers_(batch.rows * batch.columns),
        window_(depth_ * lanes_),
        b_planes_(hwy::AllocateAligned<std::uint64_t>(depth_ * b_words_ * 64 * words_)),
        a_planes_(hwy::AllocateAligned<std::uint64_t>(depth_ * a_words_ * 64 * words_ + words_)),
        left_(hwy::AllocateAligned<std::uint64_t>(schedulers_ * window_ * words_)),
        open_(hwy::AllocateAligned<std::uint64_t>(schedulers_ * window_ * words_)),
        start_(hwy::AllocateAligned<std::uint64_t>(window_ * words_)),
        filled_(hwy::AllocateAligned<std::uint64_t>(schedulers_ * depth_ * words_)),
        idle_(hwy::AllocateAligned<std::uint64_t>(schedulers_ * 2 * most_count_bits * words_)),
        real_(hwy::AllocateAligned<std::uint64_t>(schedulers_ * words_)),
        held_(hwy::AllocateAligned<std::uint64_t>(depth_ * words_)),
        advance_(hwy::AllocateAligned<std::uint64_t>((depth_ + 1) * words_)),
        position_(64 * words_),
        alive_(words_) {
    for (std::size_t group = 0; group < batch.groups(); ++group) set(alive_, group);
    std::fill_n(open_.get(), schedulers_ * window_ * words_, ~std::uint64_t{0});
    std::fill_n(b_planes_.get(), depth_ * b_words_ * 64 * words_, std::uint64_t{0});
    std::fill_n(a_planes_.get(), depth_ * a_words_ * 64 * words_, std::uint64_t{0});
    mark_real();
  }

  template <unsigned Options, bool WithLanes>
  void go(LaneSteps* lane_steps) {
    std::size_t left = batch_.groups();
    for (std::uint32_t step = 1; left > 0; ++step) {
      load(batch_.b, b_words_, b_planes_.get());
      if (a_words_ != 0) load(batch_.a, a_words_, a_planes_.get());
      if (WithLanes) mark_held();
      for (unsigned scheduler = 0; scheduler < schedulers_; ++scheduler) {
        decide<Options, WithLanes>(scheduler);
      }
      find_advance();
      if (WithLanes) {
        for (unsigned scheduler = 0; scheduler < schedulers_; ++scheduler) {
          classify(scheduler, *lane_steps);
        }
      }
      for (unsigned scheduler = 0; scheduler < schedulers_; ++scheduler) keep_open(scheduler);
      left -= move_on(step);
    }
  }

 private:
  std::size_t words_of(unsigned streams) const { return (std::size_t{streams} * lanes_ + 63) / 64; }

  static void set(std::vector<std::uint64_t>& bits, std::size_t at) {
    bits[at / 64] |= std::uint64_t{1} << (at % 64);
  }

  void mark_real() {
    std::fill_n(real_.get(), schedulers_ * words_, std::uint64_t{0});
    for (std::size_t group = 0; group < batch_.groups(); ++group) {
      const unsigned columns = batch_.a.empty() ? 1 : batch_.real_columns[group];
      for (unsigned row = 0; row < batch_.real_rows[group]; ++row) {
        for (unsigned column = 0; column < columns; ++column) {
          real_[(row * batch_.columns + column) * words_ + group / 64] |= std::uint64_t{1}
                                                                          << (group % 64);
        }
      }
    }
  }

  /// Brings the window of every group into planes: a copy, then a transposition of bits.
  void load(const std::vector<const std::uint64_t*>& streams, std::size_t words,
            std::uint64_t* planes) {
    const std::size_t count = depth_ * words;
    for (std::size_t group = 0; group < streams.size(); ++group) {
      const std::uint64_t* from = streams[group] + position_[group] * words;
      std::uint64_t* to = planes + group % 64 * words_ + group / 64;
      for (std::size_t word = 0; word < count; ++word) to[word * 64 * words_] = from[word];
    }
    for (std::size_t word = 0; word < count; ++word) {
      // Slots without a group hold what the transposition of the last step left there: harmless.
      transpose64(planes + word * 64 * words_);
    }
  }

  Bits plane(const std::uint64_t* planes, std::size_t index) const {
    return hn::Load(tag_, planes + index * words_);
  }

  /// Which groups' windows hold more than `d` rows, for every d.
  void mark_held() {
    std::fill_n(held_.get(), depth_ * words_, std::uint64_t{0});
    for (std::size_t group = 0; group < batch_.groups(); ++group) {
      const std::uint32_t rows = batch_.stream_rows - position_[group];
      for (unsigned d = 0; d < depth_; ++d) {
        held_[d * words_ + group / 64] |= std::uint64_t{d < rows} << (group % 64);
      }
    }
  }

  template <unsigned Options, bool WithLanes>
  void decide(unsigned scheduler) {
    const unsigned row = scheduler / batch_.columns;
    const unsigned column = scheduler % batch_.columns;
    std::uint64_t* const left = left_.get() + std::size_t{scheduler} * window_ * words_;
    const std::uint64_t* const open = open_.get() + std::size_t{scheduler} * window_ * words_;
    for (unsigned d = 0; d < depth_; ++d) {
      const std::size_t b_at = d * b_words_ * 64 + std::size_t{row} * lanes_;
      const std::size_t a_at = d * a_words_ * 64 + std::size_t{column} * lanes_;
      for (unsigned lane = 0; lane < lanes_; ++lane) {
        const std::size_t at = d * lanes_ + lane;
        Bits candidates = hn::And(plane(b_planes_.get(), b_at + lane), plane(open, at));
        if (a_words_ != 0) {
          candidates = hn::And(candidates, plane(a_planes_.get(), a_at + lane));
        }
        hn::Store(candidates, tag_, left + at * words_);
        if (WithLanes) hn::Store(candidates, tag_, start_.get() + at * words_);
      }
    }
    const unsigned options = Options != 0 ? Options : options_;
    const std::uint32_t* places = places_;
    Bits idle[most_count_bits], out_of_reach[most_count_bits];
    for (unsigned turn = 0; turn < lanes_; ++turn, places += options) {
      Bits want = hn::Not(hn::Zero(tag_));
      for (unsigned option = 0; option < options; ++option) {
        std::uint64_t* const place = left + places[option] * words_;
        const Bits candidate = hn::Load(tag_, place);
        hn::Store(hn::AndNot(want, candidate), tag_, place);
        want = hn::AndNot(candidate, want);
      }
      if (WithLanes) {
        Bits reach = hn::Zero(tag_);
        for (unsigned option = 0; option < options; ++option) {
          reach = hn::Or(reach, plane(start_.get(), places[option]));
        }
        count_bit(want, turn, idle);
        count_bit(hn::AndNot(reach, hn::Not(hn::Zero(tag_))), turn, out_of_reach);
      }
    }
    for (unsigned d = 0; d < depth_; ++d) {
      Bits any = hn::Zero(tag_);
      for (unsigned lane = 0; lane < lanes_; ++lane) {
        any = hn::Or(any, plane(left, d * lanes_ + lane));
      }
      hn::Store(any, tag_, filled_.get() + (scheduler * depth_ + d) * words_);
    }
    if (WithLanes) {
      std::uint64_t* const counts = idle_.get() + scheduler * 2 * most_count_bits * words_;
      const unsigned planes = count_planes(lanes_);
      for (unsigned p = 0; p < planes; ++p) {
        hn::Store(idle[p], tag_, counts + p * words_);
        hn::Store(out_of_reach[p], tag_, counts + (most_count_bits + p) * words_);
      }
    }
  }

  /// advance_[n]: groups of which at least n + 1 rows leave.
  void find_advance() {
    Bits drained = hn::Not(hn::Zero(tag_));
    for (unsigned d = 0; d < depth_; ++d) {
      for (unsigned scheduler = 0; scheduler < schedulers_; ++scheduler) {
        drained = hn::AndNot(plane(filled_.get(), scheduler * depth_ + d), drained);
      }
      hn::Store(drained, tag_, advance_.get() + d * words_);
    }
    hn::Store(hn::Zero(tag_), tag_, advance_.get() + depth_ * words_);
  }

  void classify(unsigned scheduler, LaneSteps& sums) {
    const Bits considered =
        hn::And(hn::Load(tag_, real_.get() + scheduler * words_), hn::LoadU(tag_, alive_.data()));
    Bits waiting = hn::Zero(tag_);
    Bits own = hn::Not(hn::Zero(tag_));
    Bits any_left = hn::Zero(tag_);
    for (unsigned d = 0; d < depth_; ++d) {
      const Bits filled = plane(filled_.get(), scheduler * depth_ + d);
      own = hn::And(hn::AndNot(filled, own), plane(held_.get(), d));
      waiting = hn::Or(waiting, hn::AndNot(plane(advance_.get(), d), own));
      any_left = hn::Or(any_left, filled);
    }
    waiting = hn::And(waiting, considered);
    const Bits others = hn::AndNot(waiting, considered);
    const Bits whole_window = plane(held_.get(), depth_ - 1);
    const Bits tail = hn::AndNot(hn::Or(whole_window, any_left), others);
    const Bits blocked = hn::AndNot(tail, others);
    const unsigned planes = count_planes(lanes_);
    Bits idle[most_count_bits], out_of_reach[most_count_bits];
    const std::uint64_t* const counts = idle_.get() + scheduler * 2 * most_count_bits * words_;
    for (unsigned p = 0; p < planes; ++p) {
      idle[p] = plane(counts, p);
      out_of_reach[p] = plane(counts, most_count_bits + p);
    }
    const std::uint64_t idle_waiting = counted(idle, planes, waiting);
    const std::uint64_t idle_tail = counted(idle, planes, tail);
    const std::uint64_t idle_blocked = counted(idle, planes, blocked);
    const std::uint64_t unreached = counted(out_of_reach, planes, blocked);
    sums.waiting += idle_waiting;
    sums.tail += idle_tail;
    sums.connectivity += unreached;
    sums.priority += idle_blocked - unreached;
    sums.taken += population(considered) * lanes_ - idle_waiting - idle_tail - idle_blocked;
  }

  /// What is left of the rows that stay, moved to their new places; rows to come are untouched.
  void keep_open(unsigned scheduler) {
    const std::uint64_t* const left = left_.get() + std::size_t{scheduler} * window_ * words_;
    std::uint64_t* const open = open_.get() + std::size_t{scheduler} * window_ * words_;
    Bits exactly[max_depth];
    for (unsigned rows = 1; rows < depth_; ++rows) {
      exactly[rows] = hn::AndNot(plane(advance_.get(), rows), plane(advance_.get(), rows - 1));
    }
    for (unsigned d = 0; d + 1 < depth_; ++d) {
      // A row comes from beyond the window when at least depth - d rows leave.
      const Bits entering = plane(advance_.get(), depth_ - d - 1);
      for (unsigned lane = 0; lane < lanes_; ++lane) {
        Bits kept = entering;
        for (unsigned rows = 1; d + rows < depth_; ++rows) {
          kept = hn::Or(kept, hn::And(exactly[rows], plane(left, (d + rows) * lanes_ + lane)));
        }
        hn::Store(kept, tag_, open + (d * lanes_ + lane) * words_);
      }
    }
  }

  /// Advances every group; returns how many came to their end in this step.
  std::size_t move_on(std::uint32_t step) {
    std::size_t ended = 0;
    const std::uint32_t end = batch_.stream_rows;
    for (std::size_t word = 0; word * 64 < batch_.groups(); ++word) {
      const std::size_t first = word * 64;
      const std::size_t count = std::min<std::size_t>(64, batch_.groups() - first);
      std::uint32_t* const position = position_.data() + first;
      for (unsigned d = 0; d < depth_; ++d) {
        const std::uint64_t leaves = advance_[d * words_ + word];
        for (std::size_t group = 0; group < count; ++group) {
          position[group] += static_cast<std::uint32_t>(leaves >> group) & 1U;
        }
      }
      if (!batch_.paces.empty()) write_paces(first, count);
      std::uint64_t at_end = 0;
      for (std::size_t group = 0; group < count; ++group) {
        position[group] = std::min(position[group], end);
        at_end |= std::uint64_t{position[group] == end} << group;
      }
      for (std::uint64_t fresh = at_end & alive_[word]; fresh != 0; fresh &= fresh - 1) {
        steps_[first + hwy::Num0BitsBelowLS1Bit_Nonzero64(fresh)] = step;
        ++ended;
      }
      alive_[word] &= ~at_end;
    }
    return ended;
  }

  /// Rows that left the windows of groups `first` on, unless they were at their end before.
  void write_paces(std::size_t first, std::size_t count) {
    for (std::size_t group = 0; group < count; ++group) {
      if ((alive_[first / 64] >> group & 1U) == 0) continue;
      std::uint8_t rows = 0;
      for (unsigned d = 0; d < depth_; ++d) {
        rows = static_cast<std::uint8_t>(rows + (advance_[d * words_ + first / 64] >> group & 1U));
      }
      batch_.paces[first + group]->push_back(rows);
    }
  }

  const Tag tag_{};
  const std::size_t words_ = hn::Lanes(Tag());  ///< of a plane
  const ScheduleBatch& batch_;
  const unsigned lanes_, depth_, options_;
  const std::uint32_t* const places_;
  std::uint32_t* const steps_;
  const std::size_t b_words_, a_words_;
  const unsigned schedulers_;
  const std::size_t window_;
  using Planes = hwy::AlignedFreeUniquePtr<std::uint64_t[]>;
  Planes b_planes_, a_planes_;
  Planes left_;    ///< [scheduler][place]: candidates that nobody took in this step
  Planes open_;    ///< [scheduler][place]: not taken in earlier steps
  Planes start_;   ///< [place]: candidates at the start of the step, of the present scheduler
  Planes filled_;  ///< [scheduler][window row]: a candidate is left in it
  Planes idle_;    ///< [scheduler]: counts of idle lanes, and of lanes without reach, bit by bit
  Planes real_;    ///< [scheduler]: its row and column exist
  Planes held_;    ///< [d]: the window holds more than d rows
  Planes advance_;
  std::vector<std::uint32_t> position_;  ///< first stream row in the window
  std::vector<std::uint64_t> alive_;     ///< bits: groups that are not at their end
};

}  // namespace

std::size_t width() {
  return 64 * hn::Lanes(Tag());
}

void run_batch(const ScheduleBatch& batch, const Connectivity& table, const std::uint32_t* places,
               std::uint32_t* steps, LaneSteps* lane_steps) {
  Run run(batch, table, places, steps);
  const bool paper_like = table.options().size() == 8;
  if (lane_steps != nullptr) {
    if (paper_like) {
      run.go<8, true>(lane_steps);
    } else {
      run.go<0, true>(lane_steps);
    }
  } else if (paper_like) {
    run.go<8, false>(nullptr);
  } else {
    run.go<0, false>(nullptr);
  }
}

}  // namespace tensordash::engine::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tensordash::engine {

HWY_EXPORT(width);
HWY_EXPORT(run_batch);

LaneSteps& LaneSteps::operator+=(const LaneSteps& other) {
  taken += other.taken;
  waiting += other.waiting;
  tail += other.tail;
  priority += other.priority;
  connectivity += other.connectivity;
  return *this;
}

WindowScheduler::WindowScheduler(const Connectivity& table) : table_(table) {
  for (const unsigned lane : table.decision_order()) {
    for (unsigned option = 0; option < table.options().size(); ++option) {
      const WindowPlace place = table.place(lane, option);
      places_.push_back(place.step * table.lanes() + place.lane);
    }
  }
}

std::size_t WindowScheduler::batch_width() {
  return HWY_DYNAMIC_DISPATCH(width)();
}

std::size_t WindowScheduler::words(unsigned streams) const {
  return (std::size_t{streams} * table_.lanes() + 63) / 64;
}

void WindowScheduler::run(const ScheduleBatch& batch, std::uint32_t* steps,
                          LaneSteps* lanes) const {
  if (batch.groups() > batch_width() || batch.stream_rows == 0) {
    throw std::invalid_argument("window scheduler: a batch too wide, or without stream rows");
  }
  HWY_DYNAMIC_DISPATCH(run_batch)(batch, table_, places_.data(), steps, lanes);
}

}  // namespace tensordash::engine
#endif
