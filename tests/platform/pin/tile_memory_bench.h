#pragma once

#include <deque>
#include <random>

#include "hw/memory/tile_memory.h"
#include "hw/pe/tile.h"
#include "models/memory/landing_log.h"
#include "tests/hw/pe/clocked_test.h"
#include "tests/platform/pin/scripted_tile.h"

namespace tensordash {

/// What was seen of an operation, edge by edge, and what the bench did to it.
struct MemoryRun {
  explicit MemoryRun(LandingLog log) : landings(std::move(log)) {}

  std::vector<Edge> edges;  ///< of first fills and steps
  std::uint64_t steps = 0;
  std::vector<SegmentPace> paces;
  std::vector<Edge> pass_ends;
  std::array<std::vector<ReleaseEvent>, 2> releases;
  TileMemoryCounters counted;

  LandingLog landings;
  std::vector<Edge> results_taken;
};

/// The memory of one tile between a tile, scripted or real, loads that land at random times, as
/// soon as there is room, and results that leave CM at random times.
class TileMemoryBench : public ClockedTest {
 public:
  enum class TileKind { scripted, real };

  TileMemoryBench(MemoryCase& the_case, TileKind kind);

  /// A whole operation. `leisure`: clocks that loads and results may take beyond what they need.
  MemoryRun run(unsigned leisure);
  void TestBody() override {}
  using testing::SystemCTest::finished;

 private:
  /// A side's loads.
  struct Loads {
    std::uint32_t next = 0;      ///< portion
    std::uint32_t released = 0;  ///< portions that are gone
    bool busy = false;           ///< `next` is being loaded
    Edge landed = 0;
    std::vector<std::deque<SramAddresses::Place>> rows;  ///< [bank], still to be written
  };

  void build_tile();
  void stand_still(ScriptedTile& tile, MemoryRun& run);
  void look(ScriptedTile& tile, MemoryRun& run);
  void expect_entering(const ScriptedTile& tile, unsigned rows);
  void load(Side side, MemoryRun& run, unsigned leisure);
  void begin_load(Side side, MemoryRun& run, unsigned leisure);
  bool has_room(Side side) const;
  void write_rows(Side side);
  void take_results(MemoryRun& run, unsigned leisure);
  unsigned random(unsigned most) { return most == 0 ? 0 : case_.number(0, most); }

  MemoryCase& case_;
  TileMemoryParameters shape_;
  sc_core::sc_signal<bool> start_{"start"}, turn_{"turn"}, reserve_{"reserve"},
      offering_{"offering"}, stalled_{"stalled"};
  sc_core::sc_signal<unsigned> space_{"space"}, result_room_{"result_room"};
  sc_core::sc_vector<sc_core::sc_signal<unsigned>> landed_{"landed", 2},
      release_before_{"release_before", 2}, awaited_{"awaited", 2}, advance_;
  sc_core::sc_vector<sc_core::sc_signal<StallCause>> absence_{"absence", 2};
  sc_core::sc_vector<sc_core::sc_signal<bool>> write_valid_;
  sc_core::sc_vector<sc_core::sc_signal<unsigned>> write_row_;
  sc_core::sc_vector<sc_core::sc_signal<LaneRow>> write_value_, b_fill_, a_fill_;
  sc_core::sc_vector<sc_core::sc_signal<FillStatus>> b_status_, a_status_;
  sc_core::sc_signal<sc_dt::uint64> pass_{"pass"};
  sc_core::sc_signal<StallCause> stall_cause_{"stall_cause"};
  TileMemory memory_;

  // The real tile.
  Connectivity table_;
  sc_core::sc_signal<bool> bypass_{"bypass"}, result_valid_{"result_valid"};
  sc_core::sc_signal<TileState> state_{"state"};
  sc_core::sc_vector<sc_core::sc_signal<LaneSelects>> select_{"select"};
  sc_core::sc_vector<sc_core::sc_signal<Fp32>> total_{"total"};
  std::unique_ptr<Tile> tile_;

  MemoryPlan plan_;
  std::array<SramAddresses, 2> addresses_;
  LayerFetchProgram fetch_b_, fetch_a_;
  LayerPassProgram passes_;
  Edge edge_ = 0;  ///< the next one
  std::array<Loads, 2> loads_;
  unsigned room_ = 0;         ///< of CM, in passes
  std::deque<Edge> results_;  ///< edges at which they leave CM
};

}  // namespace tensordash
