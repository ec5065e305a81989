#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <set>
#include <vector>

#include "models/memory/landing_log.h"
#include "models/memory/load_stream.h"

namespace tensordash {

struct MemoryTraffic;

/// Operands from DRAM to the SRAMs of the tiles: requests in the order of the load stream, as far
/// as the tiles have room for whole portions; then, group by group in the same order,
/// decompression, and the transposers for those that need them. A group goes to all tiles that want
/// it at once.
class LoadTimeline {
 public:
  struct Request {
    std::uint64_t address = 0;
    unsigned bytes = 0;
    bool line = false;
    std::uint32_t number = 0;  ///< of the line or group, as they are issued
  };

  LoadTimeline(const PortionPlan& plan, std::array<const SideOperand*, 2> sides,
               const std::array<StoredTensor, 2>& images, const MemoryParameters& parameters,
               unsigned tiles, LandingLog& landings);

  /// The next request that can be issued at `edge`; false: none.
  bool next(Edge edge, Request& request);
  /// There is a next request, and nothing but its turn is missing.
  bool could_issue() const;

  /// A request of group `number` was answered.
  void group_part(std::uint32_t number, Edge edge);
  /// Directory line `number` came.
  void line(std::uint32_t number);

  /// Lands the groups whose data is there; true when a portion has come to its end.
  bool land();

  /// A tile does not need portions of a side below `before` any more.
  void release(Side side, unsigned tile, std::uint32_t before);

  /// After issuing at `edge`: whether loads wait for room, if they could go on otherwise.
  void note_credit(Edge edge, bool could_otherwise);

  /// All groups have landed.
  bool done() const { return stream_.done() && in_flight_.empty(); }
  /// Part of the portions that have landed.
  double part() const;
  void add_traffic(MemoryTraffic& traffic) const;
  const ReadOnce& read(Side side) const { return read_[static_cast<std::size_t>(side)]; }

 private:
  /// A group that was issued, until it has landed.
  struct Flight {
    std::uint32_t portion = 0;
    std::uint32_t group = 0;
    std::uint32_t parts = 0;  ///< requests not answered
    bool issued = false;      ///< all of them
    Edge last_issue = 0, last_data = 0;
  };

  bool granted(const LoadStream::Item& item) const;
  void grant(const LoadStream::Item& item);
  Edge land_group(const Flight& flight);
  /// The edges at which a transposer gives the columns of a group: one each, at none of which
  /// another group has a row for the same bank. Returns that of the last.
  Edge give_columns(Side side, std::uint32_t group, unsigned columns, Edge after);
  void end_portions();

  const PortionPlan& plan_;
  const std::array<const SideOperand*, 2> sides_;
  const std::array<StoredTensor, 2>& images_;
  const unsigned rows_per_clock_, tiles_, banks_;
  const std::uint32_t bank_rows_;
  LandingLog& landings_;
  LoadStream stream_;
  std::uint32_t offset_ = 0;  ///< bytes of the group at the head of the stream that were issued
  std::uint32_t issued_groups_ = 0, issued_lines_ = 0, landed_groups_ = 0;
  std::vector<bool> lines_;      ///< that came
  std::uint32_t all_lines_ = 0;  ///< lines before this one came
  std::deque<Flight> in_flight_;
  std::array<std::vector<std::uint64_t>, 2> used_;    ///< [side][tile] addresses a bank
  std::array<std::vector<std::uint32_t>, 2> needed_;  ///< [side][tile] first portion not let go
  std::array<std::uint32_t, 2> granted_{};            ///< [side] portions
  Edge free_ = 0;                                     ///< the decompressor
  std::vector<Edge> transposers_;                     ///< free again
  std::array<std::vector<std::set<Edge>>, 2> given_;  ///< [side][bank] columns to come
  std::size_t at_portion_ = 0;                        ///< whose groups are landing
  std::size_t landed_of_portion_ = 0;
  Edge portion_issued_ = 0, portion_data_ = 0, portion_landed_ = 0;
  bool blocked_ = false;
  std::array<std::uint64_t, 2> groups_{}, sram_writes_{};
  std::array<ReadOnce, 2> read_;                 ///< [side]
  std::array<std::vector<bool>, 2> lines_read_;  ///< [side][line of the directory]
  std::uint64_t bytes_ = 0, directory_bytes_ = 0, transposed_ = 0;
};

}  // namespace tensordash
