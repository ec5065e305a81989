#pragma once

#include <vector>

#include "hw/memory/fetch_program.h"
#include "hw/pe/lane_array.h"

namespace tensordash {

/// Puts the stream rows of a side together from SRAM rows: a multiplexer a lane, and a register a
/// stream that keeps the row which the stream read last.
class StreamGatherer {
 public:
  StreamGatherer(unsigned streams, unsigned lanes)
      : lanes_(lanes), kept_(streams, LaneRow(lanes)) {}

  /// Stream row `row` of the bundle's rows of `stream`; `read` [request] are the rows that were
  /// read. Zero for a stream that does not exist.
  LaneRow gather(const FetchBundle& bundle, unsigned stream, unsigned row,
                 const std::vector<const LaneRow*>& read) const;
  /// The bundle's rows have been put together: keeps what later ones need.
  void keep(const FetchBundle& bundle, const std::vector<const LaneRow*>& read);

 private:
  unsigned lanes_;
  std::vector<LaneRow> kept_;  ///< [stream]
};

/// What is wrong with a bundle for a side of `streams` streams, `rows` rows a bundle and `ports`
/// read ports; null: nothing.
const char* fault_of(const FetchBundle& bundle, unsigned streams, unsigned rows, unsigned ports,
                     unsigned lanes);

}  // namespace tensordash
