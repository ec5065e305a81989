#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <queue>
#include <string>
#include <systemc>
#include <tlm>
#include <vector>

#include "hw/dram/clock_base.h"
#include "hw/dram/command.h"
#include "hw/dram/parameters.h"
#include "hw/dram/statistics/rank_activity.h"

namespace tensordash {

/// Who drives the data bus; the numbers are those in a waveform (vcd/dram_dq_owner.txt).
enum class DqOwner : std::uint8_t { idle = 0, read = 1, write = 2 };

/// Shows the state of a channel as signals, from the commands on its bus. Commands may be told
/// ahead of their clock, or at it; signals change at their clocks.
///
/// | signal | bits | what |
/// |---|---|---|
/// | ca.command | 4 | index_of(DramCommand) while it stands on the bus, no_command in between |
/// | ca.rank, ca.bank, ca.row, ca.column | 4, 8, 32, 16 | of that command; all ones: it has none |
/// | dq.owner | 2 | DqOwner: reads from RL + tDQSCK, writes from WL + tDQSS after the last edge |
/// | rank_N.state | 3 | RankState |
/// | rank_N.bank_M.row | 32 | the open row, all ones: closed |
///
/// The edges of CKE, pde and pdx, show for a clock unless a command stands on the bus.
///
/// A bank closes with the first edge of its precharge; after an auto-precharge at the clock at
/// which a PRE could have had it: tRTP after a read, nWR after the data of a write.
/// After a reset all rows are closed and the buses are idle.
class ChannelWave : public sc_core::sc_module,
                    public tlm::tlm_analysis_if<DramCommandRecord>,
                    public tlm::tlm_analysis_if<DramReset> {
 public:
  static constexpr unsigned no_command = 15;

  ChannelWave(const sc_core::sc_module_name& name, const DramConfiguration& configuration);

  void write(const DramCommandRecord& record) override;
  void write(const DramReset& reset) override;

  /// Adds the signals to a trace file under `scope`, a path with dots; with an empty one under the
  /// module's own name. The file's time unit must express tCK (1 ps does).
  void trace_signals(sc_core::sc_trace_file* file, const std::string& scope = "") const;

 private:
  using Signal = sc_core::sc_signal<unsigned>;

  enum class Kind : std::uint8_t { command, ca_free, row_closed, refresh_end, data, dq_free };

  struct Change {
    DramClock clock;
    std::uint64_t order;  ///< changes of one clock happen as they were told
    Kind kind;
    DramCommandRecord record;

    bool operator>(const Change& other) const {
      return clock != other.clock ? clock > other.clock : order > other.order;
    }
  };

  struct Rank {
    explicit Rank(const std::string& name) : state((name + "_state").c_str(), 0) {}

    Signal state;
    std::vector<std::unique_ptr<Signal>> rows;
    unsigned open = 0;  ///< banks
    DramClock refresh_end = 0;
    std::vector<unsigned> open_row;  ///< as in rows, after the present delta cycle
    bool power_down = false, self_refresh = false;
  };

  void change();
  void add(DramClock clock, Kind kind, const DramCommandRecord& record);
  void apply(const Change& change);
  void show_command(const DramCommandRecord& record);
  void free_ca();
  void follow(Rank& rank, const DramCommandRecord& record);
  void set_row(Rank& rank, unsigned bank, unsigned row);
  static void show_state(Rank& rank, DramClock clock);

  const DramSpec spec_;
  const DramClockBase clock_base_;
  std::priority_queue<Change, std::vector<Change>, std::greater<>> changes_;
  std::uint64_t order_ = 0;
  sc_core::sc_event due_;
  DramClock ca_end_ = 0;
  Signal command_, rank_, bank_, row_, column_, owner_;
  std::vector<std::unique_ptr<Rank>> ranks_;
};

}  // namespace tensordash
