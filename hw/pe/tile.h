#pragma once

#include <systemc>

#include "hw/pe/pe.h"
#include "hw/pe/scheduler.h"
#include "hw/pe/staging_buffer.h"
#include "hw/pe/tile_control.h"

namespace tensordash {

/// Which zeros the schedulers look at.
enum class Sparsity {
  none,       ///< the dense baseline: schedulers bypassed
  one_sided,  ///< side B; one scheduler a tile row
  two_sided,  ///< both sides; one scheduler a PE
};

/// How the windows of a tile advance.
enum class Sync {
  lockstep,  ///< by the smallest AS of the tile
  elastic,   ///< each scheduler by its own AS, with a side-A staging buffer a PE
};

/// What a tile is made of.
struct TileParameters {
  unsigned rows = 4;
  unsigned columns = 4;
  Sparsity sparsity = Sparsity::one_sided;
  Sync sync = Sync::lockstep;
  Accumulation accumulation = Accumulation::fp32;

  bool elastic() const { return sync == Sync::elastic; }
  bool two_sided() const { return sparsity == Sparsity::two_sided; }
  unsigned pes() const { return rows * columns; }
  /// Schedulers of the tile, [row][column] when two-sided, else [row].
  unsigned schedulers() const { return two_sided() ? pes() : rows; }
  /// Side-B staging buffers: a row's, or a PE's when its windows move on their own.
  unsigned b_buffers() const { return elastic() && two_sided() ? pes() : rows; }
  /// Side-A staging buffers: a column's, or a PE's when elastic.
  unsigned a_buffers() const { return elastic() ? pes() : columns; }

  unsigned scheduler_of(unsigned row, unsigned column) const {
    return two_sided() ? row * columns + column : row;
  }
  unsigned b_buffer_of(unsigned row, unsigned column) const {
    return b_buffers() == rows ? row : row * columns + column;
  }
  unsigned a_buffer_of(unsigned row, unsigned column) const {
    return elastic() ? row * columns + column : column;
  }
};

/// The pins of one scheduler of a tile, to listen at.
struct SchedulerPins {
  const Wire<WindowBits>& nonzero_b;
  const Wire<WindowBits>* nonzero_a;  ///< null when it looks at side B alone
  const Wire<WindowBits>& consumed;
  const Wire<unsigned>& rows;                ///< rows in the window
  const Wire<unsigned>& drained;             ///< AS
  const sc_core::sc_out<unsigned>& advance;  ///< rows that really leave
  const sc_core::sc_out<LaneSelects>& select;
};

/// A tile (paper, section 3.3, figure 11): a grid of PEs. PEs of a row share side B: its staging
/// buffer, scheduler and multiplexers; PEs of a column share the side-A staging buffer. All windows
/// advance together (lockstep), see Sync and Sparsity for the variants.
class Tile : public sc_core::sc_module {
 public:
  sc_core::sc_in<bool> clk{"clk"};
  sc_core::sc_in<bool> rst_n{"rst_n"};
  sc_core::sc_in<bool> bypass{"bypass"};  ///< dense schedule instead of the schedulers'

  // Write ports of the staging buffers, [buffer * depth + port].
  sc_core::sc_vector<sc_core::sc_in<LaneRow>> b_fill;
  sc_core::sc_vector<sc_core::sc_in<FillStatus>> b_fill_status;
  sc_core::sc_vector<sc_core::sc_in<LaneRow>> a_fill;
  sc_core::sc_vector<sc_core::sc_in<FillStatus>> a_fill_status;

  // What leaves the windows at the next edge.
  sc_core::sc_vector<sc_core::sc_out<unsigned>> advance;  ///< rows, one a scheduler
  sc_core::sc_out<bool> turn{"turn"};                     ///< the pass ends
  /// Rows of room in the windows after the next step, whether it takes place or stalls (lockstep).
  sc_core::sc_out<unsigned> space{"space"};

  /// Partial sums that the accumulators start from with the first step of a pass, one a PE; read at
  /// the edge of that step's accumulation. Open: +0.
  sc_core::sc_vector<OptionalIn<Fp32>> partial;

  sc_core::sc_out<TileState> state{"state"};
  sc_core::sc_vector<sc_core::sc_out<LaneSelects>> select;  ///< MS, one a scheduler
  sc_core::sc_out<bool> result_valid{"result_valid"};       ///< `total` holds a pass's outputs
  sc_core::sc_vector<sc_core::sc_out<Fp32>> total;  ///< accumulators, [row * columns + column]

  /// `table` must outlive the module.
  Tile(sc_core::sc_module_name name, const TileParameters& parameters, const Connectivity& table);

  /// Takes the blocks apart in reverse order: the kernel searches its lists of ports from their
  /// end.
  ~Tile() override;
  Tile(const Tile&) = delete;
  Tile& operator=(const Tile&) = delete;

  const TileParameters& parameters() const { return parameters_; }
  const Connectivity& table() const { return table_; }
  SchedulerPins scheduler_pins(unsigned index) const;

 private:
  /// A staging buffer with the wires of its window.
  struct Staging {
    Staging(const std::string& name, unsigned lanes, unsigned depth);
    sc_core::sc_vector<Wire<LaneRow>> row;
    Wire<WindowBits> nonzero;
    Wire<unsigned> rows;
    StagingBuffer buffer;
  };

  void connect_buffer(Staging& staging, sc_core::sc_vector<sc_core::sc_in<LaneRow>>& fill,
                      sc_core::sc_in<FillStatus>& fill_status, unsigned index, unsigned scheduler);
  void build_staging();
  void build_schedulers();
  void build_control();
  void build_pes();

  TileParameters parameters_;
  const Connectivity& table_;
  std::vector<std::unique_ptr<Staging>> b_staging_, a_staging_;
  sc_core::sc_vector<Wire<unsigned>> drained_;
  sc_core::sc_vector<Wire<WindowBits>> consumed_;
  std::vector<std::unique_ptr<Scheduler>> schedulers_;
  TileControl control_;
  Wire<bool> step_{"step"};
  Wire<StepToken> operand_token_{"operand_token"};
  Wire<StepToken> product_token_{"product_token"};
  Wire<StepToken> sum_token_{"sum_token"};
  sc_core::sc_vector<Wire<LaneRow>> b_{"b"};
  std::vector<std::unique_ptr<OperandMux>> b_mux_;
  std::vector<std::unique_ptr<ProcessingElement>> pes_;
};

}  // namespace tensordash
