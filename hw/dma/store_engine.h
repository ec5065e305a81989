#pragma once

#include <deque>
#include <queue>
#include <systemc>
#include <vector>

#include "hw/dma/dma_request.h"
#include "hw/dma/pass_result.h"
#include "hw/dma/store_program.h"

namespace tensordash {

/// Sizes and speeds of the way from the results of the tiles to DRAM.
struct StoreParameters {
  unsigned lanes = 16;
  unsigned tiles = 16;
  unsigned room = 4096;         ///< passes whose results a tile's CM holds
  unsigned rows_per_clock = 4;  ///< blocks of a group that are put together
};

/// Results from the CMs of the tiles to DRAM, as a StoreProgram says: a group of outputs is put
/// together from the passes that write into it when the last of them has come, and then written.
/// The writer of a DmaPort, in whose process it works. See README.md for the clocks.
///
/// A tile's results go into its CM at the edge at which `result` holds them; `taken` counts those
/// that have left it again, so a tile may have given `room` more than that. One more is an error
/// /tensordash/dma/store, and dropped, as are results for no group and of a wrong size. A write
/// that the DRAM refuses stands in `fault`, and nothing more is stored.
class StoreEngine : public sc_core::sc_module, public DmaClient {
 public:
  sc_core::sc_vector<sc_core::sc_in<PassResult>> result;  ///< [tile]
  sc_core::sc_vector<sc_core::sc_out<unsigned>> taken;    ///< [tile]
  sc_core::sc_out<DmaFault> fault{"fault"};

  /// Throws std::invalid_argument for sizes of 0.
  StoreEngine(sc_core::sc_module_name name, const StoreParameters& parameters);

  /// For the next operation; outlives it.
  void set_program(const StoreProgram& program) { program_ = &program; }

  // Counts since the beginning of the operation.
  std::uint64_t bytes() const { return bytes_; }                 ///< of groups begun
  std::uint64_t results_written() const { return results_in_; }  ///< passes, into CMs
  std::uint64_t results_read() const { return results_read_; }   ///< a pass and group each
  unsigned held(unsigned tile) const { return held_[tile]; }     ///< passes in a CM

  void reset() override;
  void begin() override;
  void answered(const DmaAnswer& answer) override;
  void work() override;
  bool next(DmaRequest& request) override;
  void issued(bool room) override;
  bool served() const override { return done(); }
  bool done() const override;

 private:
  struct Result {
    unsigned tile = 0;
    std::uint64_t pass = 0;
    std::uint32_t groups = 0;  ///< not yet stored
    std::shared_ptr<const std::vector<float>> values;
  };

  struct Group {
    std::uint32_t missing = 0;           ///< passes to come
    std::vector<std::uint32_t> members;  ///< numbers of results
  };

  /// A group all of whose results are there: since edge `edge`.
  struct Collected {
    std::uint64_t edge = 0, group = 0;
    bool operator>(const Collected& other) const {
      return edge != other.edge ? edge > other.edge : group > other.group;
    }
  };

  void finish_group();
  void begin_group();
  void put_together(std::uint64_t group);
  void take_results();
  void take(unsigned tile, const PassResult& result);

  const StoreParameters parameters_;
  const StoreProgram* program_ = nullptr;
  std::uint64_t edge_ = 0;  ///< of the operation
  std::vector<Group> groups_;
  std::vector<Result> results_;
  std::vector<std::uint32_t> free_results_;
  std::vector<unsigned> held_, taken_;  ///< [tile]
  std::priority_queue<Collected, std::vector<Collected>, std::greater<>> collected_;
  std::uint64_t left_ = 0;  ///< groups not stored
  // The group that is being put together.
  bool busy_ = false;
  std::uint64_t group_ = 0, group_end_ = 0;
  std::vector<std::uint8_t> bytes_of_group_;
  std::deque<DmaRequest> requests_;  ///< that wait for the port
  std::uint64_t under_way_ = 0;
  DmaFault fault_;
  std::uint64_t bytes_ = 0, results_in_ = 0, results_read_ = 0;
};

}  // namespace tensordash
