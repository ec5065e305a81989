#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <queue>
#include <vector>

#include "hw/dma/dma_limits.h"
#include "models/mapping/memory_parameters.h"
#include "models/mapping/output_plan.h"
#include "models/memory/load_stream.h"
#include "models/memory/tile_timeline.h"

namespace tensordash {

/// Outputs from CM to DRAM: collects passes into groups, puts the groups together one after the
/// other, and turns them into write requests. They are written raw, without a directory.
class StoreTimeline {
 public:
  struct Write {
    Edge edge = 0;  ///< may be issued from here on
    std::uint64_t address = 0;
    unsigned bytes = 0;
  };

  /// `taken(tile, edge)` is told that the outputs of one of the tile's passes have left CM.
  StoreTimeline(const OutputPlan& plan, const StoredTensor& image,
                const MemoryParameters& parameters, std::function<void(unsigned, Edge)> taken);

  /// The outputs of a pass of a tile stand in CM after `result.edge`. Results of different tiles
  /// may come in any order, before run() is called for an edge after theirs.
  void result(unsigned tile, const ResultEvent& result);

  /// Begins what can begin up to `edge`.
  void run(Edge edge);

  /// The next edge after `edge` at which run() may do something by itself, or never.
  Edge next(Edge edge) const;

  std::deque<Write>& writes() { return writes_; }
  const std::deque<Write>& writes() const { return writes_; }
  /// Every group has been turned into requests.
  bool done() const { return left_ == 0; }
  std::uint64_t bytes() const { return bytes_; }
  /// Rows read from CM.
  std::uint64_t result_reads() const { return result_reads_; }

 private:
  struct Collected {
    Edge edge;
    std::int64_t group;
    bool operator>(const Collected& other) const {
      return edge != other.edge ? edge > other.edge : group > other.group;
    }
  };
  struct Result {
    unsigned tile = 0;
    std::uint32_t groups = 0;  ///< not yet stored
  };

  void store(std::int64_t group, Edge start);
  void split(Edge edge, std::uint64_t address, std::uint64_t bytes);

  const OutputPlan& plan_;
  const StoredTensor& image_;
  const unsigned rows_per_clock_;
  std::function<void(unsigned, Edge)> taken_;
  std::vector<std::uint32_t> missing_;               ///< [group] passes to come
  std::vector<Edge> completed_;                      ///< [group] the last result so far
  std::vector<std::vector<std::uint32_t>> members_;  ///< [group] results
  std::vector<Result> results_;
  std::vector<std::uint32_t> free_results_;
  std::priority_queue<Collected, std::vector<Collected>, std::greater<>> collected_;
  std::vector<std::int64_t> groups_;  ///< of a result
  Edge free_ = 0;
  std::int64_t left_;
  std::deque<Write> writes_;
  std::uint64_t bytes_ = 0, result_reads_ = 0;
};

}  // namespace tensordash
