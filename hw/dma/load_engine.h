#pragma once

#include <array>
#include <deque>
#include <systemc>
#include <vector>

#include "hw/dma/directory_lines.h"
#include "hw/dma/dma_request.h"
#include "hw/dma/landed_rows.h"
#include "hw/dma/load_credits.h"
#include "hw/dma/load_program.h"
#include "hw/dma/portion_cursor.h"
#include "hw/dma/transposer_pool.h"

namespace tensordash {

/// Sizes and speeds of the way from DRAM into the SRAMs of the tiles.
struct LoadParameters {
  unsigned lanes = 16;
  unsigned tiles = 16;
  unsigned banks = 4;  ///< of each SRAM, each taking one row a clock
  std::uint32_t bank_rows = 4096;
  unsigned transposers = 15;
  unsigned rows_per_clock = 4;   ///< blocks that the decompressor gives
  unsigned transfer_bytes = 32;  ///< the DRAM moves groups in multiples of these
};

/// Operands from DRAM into the SRAMs of the tiles, as a LoadProgram says: requests as far as tiles
/// have room, directory lines ahead of their groups, decompression of a group after the other, the
/// transposers. The reader of a DmaPort, in whose process it works. See README.md for the clocks.
///
/// `landed` holds the rows that the SRAMs take at the next edge. `progress` says after an edge how
/// far the loads were at that edge, rows included that the SRAMs took at it. A tile sets
/// `needed` of its side to the first portion that it still needs; it is looked at one clock later.
/// What is wrong with the data stands in `fault`, and nothing more is read or landed. A release of
/// a portion that has not landed only lets its rows pass by the tile.
class LoadEngine : public sc_core::sc_module, public DmaClient {
 public:
  sc_core::sc_in<bool> clk{"clk"};
  sc_core::sc_in<bool> rst_n{"rst_n"};
  sc_core::sc_vector<sc_core::sc_in<unsigned>> needed_b, needed_a;  ///< [tile]
  sc_core::sc_out<LandedRows> landed{"landed"};
  sc_core::sc_vector<sc_core::sc_out<LoadProgress>> progress;  ///< [side]
  sc_core::sc_out<DmaFault> fault{"fault"};

  /// Throws std::invalid_argument for sizes of 0 and too many lanes.
  LoadEngine(sc_core::sc_module_name name, const LoadParameters& parameters);

  /// For the next operation; outlives it.
  void set_program(LoadProgram& program) { program_ = &program; }

  // Counts since the beginning of the operation.
  std::uint64_t group_bytes_read() const { return group_bytes_; }
  std::uint64_t directory_bytes_read() const { return directory_bytes_; }
  std::uint64_t groups_loaded(unsigned side) const { return groups_[side]; }
  std::uint64_t groups_transposed() const { return transposed_; }
  /// Rows written into SRAMs, all tiles; rows that came for tiles which had let go of them.
  std::uint64_t rows_written(unsigned side) const { return rows_written_[side]; }
  std::uint64_t rows_passed_by(unsigned side) const { return rows_passed_by_[side]; }
  /// Rows that came out of decompressor and transposers, wanted or not.
  std::uint64_t rows_landed() const { return rows_landed_; }
  const LoadCredits& credits() const { return credits_; }

  void reset() override;
  void begin() override;
  void answered(const DmaAnswer& answer) override;
  void work() override;
  bool next(DmaRequest& request) override;
  void issued(bool room) override;
  bool served() const override;
  bool done() const override;

 private:
  /// A group between its first request and its last row.
  struct Flight {
    LoadItem item;
    std::uint16_t entry = 0;
    std::vector<std::uint8_t> bytes;
    std::uint32_t offset = 0;  ///< bytes asked for
    std::uint32_t parts = 0;   ///< requests not answered
    std::vector<RowPlace> rows;
    std::uint32_t rows_left = 0;  ///< not in the SRAMs
    bool begun = false;           ///< by the decompressor

    bool came() const { return offset == bytes.size() && parts == 0; }
  };

  /// The group that the decompressor is at.
  struct Decoding {
    std::uint64_t number = 0;
    std::vector<LaneRow> blocks;
    unsigned given = 0;
    unsigned transposer = 0;
    bool busy = false;
  };

  /// A column on its way from a transposer to the SRAMs.
  struct Column {
    unsigned transposer = 0;
    LandedRow row;
  };

  Flight& flight(std::uint64_t number) { return flights_[number - first_flight_]; }
  bool transposed(unsigned side) const { return program_->tensor(side).transposed; }
  std::uint64_t slot_address(const LoadItem& item) const;
  void fail(DmaFaultKind kind, unsigned side, std::uint64_t group, std::uint64_t address,
            const std::string& text);
  bool start_group(const LoadItem& item);
  void count_landed();
  void take_columns();
  void decompress();
  bool begin_group();
  void give_blocks();
  void ask_columns();
  LandedRow landing(std::uint64_t number, unsigned row);
  void route();
  void publish();

  const LoadParameters parameters_;
  LoadProgram* program_ = nullptr;
  LoadCredits credits_;
  DirectoryLines lines_;
  PortionCursor issued_, came_, landed_;
  std::deque<Flight> flights_;
  std::uint64_t first_flight_ = 0;  ///< number of the first of them
  std::uint64_t came_groups_ = 0;   ///< in order, all of their data
  std::uint64_t next_begin_ = 0;    ///< number of the group that is decompressed next
  Decoding decoding_;
  TransposerPool pool_;
  std::vector<std::uint64_t> writing_;  ///< groups of the rows that the SRAMs take at the next edge
  std::vector<LandedRow> direct_;       ///< rows for the next edge that need no transposer
  std::vector<Column> columns_;         ///< rows for the next edge out of transposers
  bool begins_ = false;                 ///< no edge of the operation has passed
  bool credit_ = false;
  DmaFault fault_;
  std::uint64_t group_bytes_ = 0, directory_bytes_ = 0, transposed_ = 0, rows_landed_ = 0;
  std::array<std::uint64_t, 2> groups_{}, rows_written_{}, rows_passed_by_{};
  sc_core::sc_event acted_;
};

}  // namespace tensordash
