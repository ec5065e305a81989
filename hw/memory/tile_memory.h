#pragma once

#include <array>
#include <memory>
#include <systemc>
#include <vector>

#include "hw/memory/banked_sram.h"
#include "hw/memory/scratchpad.h"
#include "hw/memory/stream_feed.h"
#include "hw/memory/stream_fetcher.h"

namespace tensordash {

/// Size of a tile's memory.
struct TileMemoryParameters {
  unsigned lanes = 16;
  unsigned rows = 4, columns = 4;  ///< of the tile: streams of sides B and A
  unsigned depth = 3;              ///< stream rows in a staging buffer
  unsigned schedulers = 4;
  unsigned sram_banks = 4;
  unsigned sram_bank_rows = 4096;
  unsigned sram_rows_per_clock = 1;
  /// SRAM rows that a stream row can be put together from: up to as many as lanes.
  unsigned rows_gathered = 16;
  unsigned scratchpad_banks = 3;
  unsigned scratchpad_bank_rows = 16;
};

/// What the memory of a tile counted, over all operations.
struct TileMemoryCounters {
  std::array<std::uint64_t, 2> sram_reads{};      ///< of sides B and A, rows
  std::array<std::uint64_t, 2> bank_conflicts{};  ///< clocks
  std::array<std::uint64_t, 2> fetch_clocks{};    ///< of reads, conflicts included
  std::uint64_t scratchpad_writes = 0;            ///< stream rows, of all streams that exist
  std::uint64_t scratchpad_reads = 0;
  std::array<std::uint64_t, stall_causes> stalls{};  ///< clocks by cause
};

/// The memory of one tile (paper, table 2) from the SRAMs BM (side B) and AM (side A), which loads
/// write, to the write ports of the staging buffers: for each side a fetch engine with a scratchpad
/// a stream, and the feed that follows the tile.
class TileMemory : public sc_core::sc_module {
 public:
  template <typename Pin>
  using BothSides = sc_core::sc_vector<Pin>;  ///< sides B and A
  template <typename Pin>
  using Pins = sc_core::sc_vector<Pin>;

  sc_core::sc_in<bool> clk{"clk"};
  sc_core::sc_in<bool> rst_n{"rst_n"};
  sc_core::sc_in<bool> start{"start"};

  // Loads: a write port a bank of both SRAMs, [side * sram_banks + bank].
  Pins<sc_core::sc_in<bool>> write_valid;
  Pins<sc_core::sc_in<unsigned>> write_row;
  Pins<sc_core::sc_in<LaneRow>> write_value;
  BothSides<sc_core::sc_in<unsigned>> landed;           ///< portions that have
  BothSides<sc_core::sc_out<unsigned>> release_before;  ///< portions below are done with
  BothSides<sc_core::sc_out<unsigned>> awaited;         ///< the portion that is read next
  BothSides<sc_core::sc_in<StallCause>> absence;        ///< why it has not landed

  // Results.
  sc_core::sc_in<unsigned> result_room{"result_room"};  ///< passes whose results CM has room for
  sc_core::sc_out<bool> reserve{"reserve"};             ///< a pass that needs it begins

  // The tile, as in StreamFeed.
  Pins<sc_core::sc_in<unsigned>> advance;
  sc_core::sc_in<bool> turn{"turn"};
  sc_core::sc_in<unsigned> space{"space"};
  Pins<sc_core::sc_out<LaneRow>> b_fill;
  Pins<sc_core::sc_out<FillStatus>> b_fill_status;
  Pins<sc_core::sc_out<LaneRow>> a_fill;
  Pins<sc_core::sc_out<FillStatus>> a_fill_status;
  sc_core::sc_out<sc_dt::uint64> pass{"pass"};
  sc_core::sc_out<bool> offering{"offering"};

  sc_core::sc_out<bool> stalled{"stalled"};                ///< rows that would enter do not
  sc_core::sc_out<StallCause> stall_cause{"stall_cause"};  ///< holds its value without a stall

  TileMemory(sc_core::sc_module_name name, const TileMemoryParameters& parameters);

  /// Takes the blocks apart in reverse order: the kernel searches its lists of ports from their
  /// end.
  ~TileMemory() override;
  TileMemory(const TileMemory&) = delete;
  TileMemory& operator=(const TileMemory&) = delete;

  /// What the next operation reads; must outlive it.
  void set_programs(FetchProgram* b, FetchProgram* a, PassProgram* passes);

  TileMemoryCounters counters() const;

 private:
  struct SideBlocks;

  void build_side(unsigned side);
  void connect_feed();
  void attribute();
  void count();

  const TileMemoryParameters parameters_;
  std::array<std::unique_ptr<SideBlocks>, 2> sides_;
  Wire<FeedWait> wait_{"wait"};
  StreamFeed feed_;
  std::array<std::uint64_t, stall_causes> stalls_{};
};

}  // namespace tensordash
