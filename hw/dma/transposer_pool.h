#pragma once

#include <memory>
#include <string>
#include <systemc>
#include <vector>

#include "hw/memory/transposer.h"
#include "hw/pe/signals.h"

namespace tensordash {

/// The transposers of the load path with their wires, as their user drives them: at an edge it sets
/// the pins that count at the next one.
class TransposerPool : public sc_core::sc_module {
 public:
  sc_core::sc_in<bool> clk{"clk"};
  sc_core::sc_in<bool> rst_n{"rst_n"};

  /// Throws std::invalid_argument for no transposers, and as Transposer does.
  TransposerPool(sc_core::sc_module_name name, unsigned transposers, unsigned lanes,
                 unsigned fill_rows);

  /// What a transposer is at.
  struct Work {
    enum class Phase : std::uint8_t { free, filling, giving };
    Phase phase = Phase::free;
    std::uint64_t group = 0;  ///< the user's number of what it holds
    unsigned columns = 0;     ///< to be given
    unsigned given = 0;       ///< so far
    bool ends = false;        ///< the blocks on its pins are the last
    bool asked = false;       ///< a column is asked for on its pins
  };

  /// At an edge, first: pins are withdrawn, and work() tells what their transfers did.
  void edge();
  void forget();

  unsigned size() const { return static_cast<unsigned>(work_.size()); }
  const Work& work(unsigned transposer) const { return work_[transposer]; }
  /// The lowest that is free, or size().
  unsigned first_free() const;

  /// Begins a group in a free transposer.
  void begin(unsigned transposer, std::uint64_t group);
  /// Blocks for the next edge, up to fill_rows; after the `last` ones `columns` columns follow.
  void fill(unsigned transposer, const LaneRow* blocks, unsigned count, bool last,
            unsigned columns);
  /// Asks for a column, which is given at the next edge.
  void ask(unsigned transposer);
  /// The column that was given at the edge before.
  const LaneRow& column(unsigned transposer) const;

 private:
  struct Wires {
    Wires(const std::string& name, unsigned more, unsigned lanes);
    Wire<bool> fill_valid, fill_last, fill_ready, column_valid, column_named, column_ready;
    Wire<bool> result_valid, result_ready, busy;
    Wire<LaneRow> fill_value, result;
    Wire<unsigned> columns, column;
    sc_core::sc_vector<Wire<bool>> more_valid;
    sc_core::sc_vector<Wire<LaneRow>> more_value;
  };

  std::vector<std::unique_ptr<Wires>> wires_;
  std::vector<std::unique_ptr<Transposer>> transposers_;
  std::vector<Work> work_;
};

}  // namespace tensordash
