#pragma once

#include <cstdint>
#include <random>
#include <systemc>
#include <vector>

#include "hw/array/pass_source.h"
#include "hw/pe/tile.h"

namespace tensordash {

/// Edges, counted from the start of the operation, from which on the rows of one pass are there:
/// [window][stream row], never falling.
struct PassArrivals {
  std::vector<std::vector<std::uint64_t>> b, a;

  /// The edge from which on stream rows `from` up to `to`, `to` left out, are there for all windows
  /// of both sides; 0 for no rows.
  std::uint64_t all_there(std::uint64_t from, std::uint64_t to) const;
};
/// Of the passes of one tile, one after the other.
using TileArrivals = std::vector<PassArrivals>;

/// How rows come late.
struct Delays {
  double gap = 0;            ///< how likely a row comes later than the one before
  unsigned longest_gap = 1;  ///< clocks
  double long_wait = 0;      ///< how likely a row is missing for hundreds of clocks
  unsigned first_rows = 0;   ///< a pass's first row comes up to so many clocks later
};

/// Arrivals of passes with so many stream rows each; every window has its own.
TileArrivals random_arrivals(const std::vector<std::uint64_t>& stream_rows,
                             const TileParameters& tile, const Delays& b, const Delays& a,
                             std::mt19937& random);

/// The memory of a lockstep tile whose rows come when they are told to. A port whose row has not
/// come yet shows NaN. Rows that enter a window before they are there are reported as an error.
class StallingMemory : public sc_core::sc_module {
 public:
  sc_core::sc_in<bool> clk{"clk"};
  sc_core::sc_in<bool> rst_n{"rst_n"};
  sc_core::sc_in<bool> start{"start"};

  sc_core::sc_vector<sc_core::sc_in<unsigned>> advance;
  sc_core::sc_in<bool> turn{"turn"};

  sc_core::sc_vector<sc_core::sc_out<LaneRow>> b_fill;
  sc_core::sc_vector<sc_core::sc_out<FillStatus>> b_fill_status;
  sc_core::sc_vector<sc_core::sc_out<LaneRow>> a_fill;
  sc_core::sc_vector<sc_core::sc_out<FillStatus>> a_fill_status;

  sc_core::sc_out<sc_dt::uint64> pass{"pass"};
  sc_core::sc_out<bool> offering{"offering"};

  StallingMemory(sc_core::sc_module_name name, const TileParameters& parameters,
                 const Connectivity& table, unsigned tile);

  /// Both must outlive the operation.
  void set_work(PassSource* source, const TileArrivals* arrivals);

 private:
  void supply();
  void begin();
  void follow_tile();
  void enter(std::size_t pass_index, std::uint64_t from, std::uint64_t to) const;
  void offer();
  void offer_side(bool side_b, std::size_t pass_index, std::uint64_t from, unsigned wanted,
                  bool starts);

  unsigned lanes_, depth_, tile_;
  PassSource* source_ = nullptr;
  const TileArrivals* arrivals_ = nullptr;
  std::vector<Pass> passes_;
  std::size_t next_pass_ = 0;    ///< the one behind that in the windows
  bool has_present_ = false;     ///< passes_[next_pass_ - 1] is in the windows
  std::uint64_t first_row_ = 0;  ///< first stream row in the windows
  std::uint64_t clock_ = 0;      ///< edges since the start
};

}  // namespace tensordash
