#pragma once

#include <array>
#include <functional>
#include <map>
#include <random>
#include <tuple>
#include <vector>

#include "models/memory/memory_timing.h"
#include "tests/platform/pin/dma_case.h"

namespace tensordash {

// What tiles do, from a seed: they let go of portions some time after these have landed, now and
// then of some that are still to come, and deliver the results of their passes as CM has room.
class TileScript {
 public:
  TileScript(const DmaCase& of, unsigned tile, unsigned patience);

  // At an edge, with what was known after the edge before.
  void edge(const std::array<std::uint32_t, 2>& landed, unsigned results_taken);

  // After the edge.
  std::uint32_t needed(Side side) const { return needed_[static_cast<std::size_t>(side)]; }
  // A pass whose results are on their way into CM, where they stand after the next edge.
  bool delivers() const { return delivers_; }
  std::uint64_t pass() const { return pass_; }
  bool done() const { return !delivers_ && next_pass_ >= passes_; }

 private:
  std::mt19937 random_;
  const unsigned tiles_, patience_, room_;
  const std::uint64_t passes_;
  std::array<std::uint32_t, 2> counts_;
  std::array<std::uint32_t, 2> needed_{};
  std::array<unsigned, 2> waits_{};
  std::array<bool, 2> waiting_{};
  std::uint64_t next_pass_, pass_ = 0;
  unsigned sent_ = 0, pause_ = 0;
  bool delivers_ = false;
};

// Results of a pass, [row][column].
std::vector<float> results_of(const DmaCase& of, std::uint64_t pass);

struct IssuedRequest {
  Edge edge;
  std::uint64_t address;
  unsigned bytes;
  bool write;
  bool operator==(const IssuedRequest& other) const {
    return std::tie(edge, address, bytes, write) ==
           std::tie(other.edge, other.address, other.bytes, other.write);
  }
};

// An operation, edge by edge.
struct DmaRecord {
  std::vector<IssuedRequest> issued;                          // in order
  std::vector<std::pair<Edge, std::uint64_t>> answers;        // sorted; edge and address
  std::array<std::vector<Edge>, 2> landed;                    // [side][portion]
  std::array<std::vector<std::vector<StallCause>>, 2> waits;  // [side][portion] at each edge before
  std::vector<std::tuple<Edge, unsigned, unsigned>> taken;    // edge, tile, count after it
  Edge last_answer = 0;
  MemoryTraffic traffic;  // of the DMA
};

// The same by the timelines of the fast level.
DmaRecord reference_run(const DmaCase& of, unsigned patience);

}  // namespace tensordash
