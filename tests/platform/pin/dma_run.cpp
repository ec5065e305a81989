#include "tests/platform/pin/dma_run.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>

#include "models/memory/dram_timeline.h"
#include "models/memory/load_timeline.h"
#include "models/memory/store_timeline.h"

namespace tensordash {

TileScript::TileScript(const DmaCase& of, unsigned tile, unsigned patience)
    : random_(of.seed * 977 + tile),
      tiles_(of.tiles),
      patience_(patience),
      room_(of.result_room()),
      passes_(of.passes()),
      counts_{of.portions->count(Side::b), of.portions->count(Side::a)},
      next_pass_(tile) {}

void TileScript::edge(const std::array<std::uint32_t, 2>& landed, unsigned results_taken) {
  for (std::size_t side = 0; side < 2; ++side) {
    if (needed_[side] >= landed[side] || needed_[side] == counts_[side]) continue;
    if (!waiting_[side]) {
      waiting_[side] = true;
      waits_[side] = static_cast<unsigned>(random_() % patience_);
    }
    if (waits_[side] > 0) {
      --waits_[side];
      continue;
    }
    waiting_[side] = false;
    const std::uint32_t skipped = random_() % 8 == 0 ? random_() % 3 : 0;
    needed_[side] = std::min(counts_[side], needed_[side] + 1 + skipped);
  }
  delivers_ = false;
  if (next_pass_ >= passes_) return;
  if (pause_ > 0) {
    --pause_;
    return;
  }
  if (sent_ - results_taken >= room_) return;
  delivers_ = true;
  pass_ = next_pass_;
  next_pass_ += tiles_;
  ++sent_;
  pause_ = static_cast<unsigned>(random_() % patience_);
}

std::vector<float> results_of(const DmaCase& of, std::uint64_t pass) {
  std::vector<float> results(of.plan->geometry().rows * of.plan->geometry().columns);
  for (std::size_t at = 0; at < results.size(); ++at) {
    results[at] = static_cast<float>(pass * 64 + at + 1);
  }
  return results;
}

namespace {

class Reference {
 public:
  Reference(const DmaCase& of, unsigned patience)
      : of_(of),
        landings_(of.portions->count(Side::b), of.portions->count(Side::a),
                  {of.b->transposed(), of.a->transposed()}),
        dram_(DramConfiguration(of.dram), 2000),
        loads_(*of.portions, {of.b.get(), of.a.get()}, of.stored, of.memory, of.tiles, landings_),
        stores_(*of.outputs, of.stored_output, of.memory,
                [this](unsigned tile, Edge edge) { taken_[tile].push_back(edge); }),
        taken_(of.tiles),
        taken_seen_(of.tiles, 0),
        results_(of.tiles) {
    for (unsigned tile = 0; tile < of.tiles; ++tile) scripts_.emplace_back(of, tile, patience);
  }

  DmaRecord run() {
    for (;; ++edge_) {
      if (edge_ > 300000) {
        ADD_FAILURE() << "the timelines do not come to an end";
        break;
      }
      answers();
      loads_.land();
      events();
      stores_.run(edge_);
      issue();
      scripts();
      if (finished()) break;
    }
    for (const Side side : both_sides) {
      const auto at = static_cast<std::size_t>(side);
      for (std::uint32_t portion = 0; portion < of_.portions->count(side); ++portion) {
        const Edge landed = landings_.landed(side, portion);
        record_.landed[at].push_back(landed);
        record_.waits[at].emplace_back();
        for (Edge edge = 0; edge < landed; ++edge) {
          record_.waits[at].back().push_back(landings_.reason(side, portion, edge).cause);
        }
      }
    }
    for (unsigned tile = 0; tile < of_.tiles; ++tile) {
      std::map<Edge, unsigned> counts;
      unsigned count = 0;
      for (const Edge edge : taken_[tile]) counts[edge] = ++count;
      for (const auto& [edge, after] : counts) record_.taken.emplace_back(edge, tile, after);
    }
    std::sort(record_.taken.begin(), record_.taken.end());
    std::sort(record_.answers.begin(), record_.answers.end());
    loads_.add_traffic(record_.traffic);
    record_.traffic.dram_write_bytes = stores_.bytes();
    record_.traffic.dram_bursts = dram_.bursts();
    record_.traffic.dram_row_hits = dram_.row_hits();
    record_.traffic.result_reads = stores_.result_reads();
    record_.traffic.result_writes = results_in_;
    return record_;
  }

 private:
  struct Tag {
    std::uint64_t address;
    bool write, line;
    std::uint32_t number;
  };

  bool finished() const {
    return outstanding_ == 0 && loads_.done() && stores_.done() && stores_writes() == 0 &&
           std::all_of(scripts_.begin(), scripts_.end(),
                       [](const TileScript& script) { return script.done(); });
  }
  std::size_t stores_writes() const { return stores_.writes().size(); }

  void answers() {
    std::uint32_t number = 0;
    while (dram_.answered(edge_, number)) {
      const Tag& tag = tags_[number];
      --outstanding_;
      record_.answers.emplace_back(edge_, tag.address);
      record_.last_answer = edge_;
      if (tag.write) continue;
      if (tag.line) {
        loads_.line(tag.number);
      } else {
        loads_.group_part(tag.number, edge_);
      }
    }
  }

  void events() {
    for (unsigned tile = 0; tile < of_.tiles; ++tile) {
      for (const Side side : both_sides) loads_.release(side, tile, scripts_[tile].needed(side));
      auto& results = results_[tile];
      while (!results.empty() && results.front().edge < edge_) {
        stores_.result(tile, results.front());
        results.pop_front();
        ++results_in_;
      }
    }
  }

  void issue() {
    for (unsigned count = 0; count < of_.memory.dma_requests_per_clock; ++count) {
      if (outstanding_ == of_.memory.dma_outstanding) break;
      auto& writes = stores_.writes();
      if (!writes.empty() && writes.front().edge <= edge_) {
        send({writes.front().address, true, false, 0}, writes.front().bytes);
        writes.pop_front();
        continue;
      }
      LoadTimeline::Request load;
      if (!loads_.next(edge_, load)) break;
      send({load.address, false, load.line, load.number}, load.bytes);
    }
    loads_.note_credit(edge_, outstanding_ < of_.memory.dma_outstanding);
  }

  void send(const Tag& tag, unsigned bytes) {
    dram_.request(edge_, tag.address, bytes, tag.write, static_cast<std::uint32_t>(tags_.size()));
    tags_.push_back(tag);
    ++outstanding_;
    record_.issued.push_back({edge_, tag.address, bytes, tag.write});
  }

  void scripts() {
    std::array<std::uint32_t, 2> landed{};
    for (const Side side : both_sides) {
      auto& count = landed_[static_cast<std::size_t>(side)];
      while (count < of_.portions->count(side) && landings_.landed(side, count) < edge_) ++count;
      landed[static_cast<std::size_t>(side)] = count;
    }
    for (unsigned tile = 0; tile < of_.tiles; ++tile) {
      unsigned& seen = taken_seen_[tile];
      while (seen < taken_[tile].size() && taken_[tile][seen] < edge_) ++seen;
      scripts_[tile].edge(landed, seen);
      if (!scripts_[tile].delivers()) continue;
      const PassPlace place = of_.plan->pass(scripts_[tile].pass());
      ResultEvent event;
      event.edge = edge_ + 1;
      event.segment = static_cast<std::uint32_t>(place.segment - of_.plan->segments().data());
      event.row_group = place.first_i / of_.plan->geometry().rows;
      event.column_group = place.first_j / of_.plan->geometry().columns;
      results_[tile].push_back(event);
    }
  }

  const DmaCase& of_;
  LandingLog landings_;
  DramTimeline dram_;
  LoadTimeline loads_;
  StoreTimeline stores_;
  std::vector<TileScript> scripts_;
  std::vector<std::vector<Edge>> taken_;
  std::vector<unsigned> taken_seen_;
  std::vector<std::deque<ResultEvent>> results_;
  std::vector<Tag> tags_;
  std::array<std::uint32_t, 2> landed_{};
  Edge edge_ = 0;
  unsigned outstanding_ = 0;
  std::uint64_t results_in_ = 0;
  DmaRecord record_;
};

}  // namespace

DmaRecord reference_run(const DmaCase& of, unsigned patience) {
  return Reference(of, patience).run();
}

}  // namespace tensordash
