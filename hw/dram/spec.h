#pragma once

#include <array>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace tensordash {

/// A DRAM description or parameter that cannot be; what() is one line that names the value and what
/// is allowed.
class DramError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Timings in clocks (tCK), named as in JESD209-4. Distances between commands count from the last
/// edge of one to the last edge of the other.
struct DramTimings {
  unsigned rl = 0, wl = 0;          ///< read and write latency
  unsigned tdqsck = 0, tdqss = 0;   ///< clock to read data; write command to write strobe
  unsigned twpre = 0;               ///< write preamble
  unsigned trcd = 0;                ///< ACT to column command
  unsigned trppb = 0, trpab = 0;    ///< precharge of a bank, of all banks
  unsigned tras = 0, trcpb = 0;     ///< ACT to PRE, ACT to ACT of one bank
  unsigned trrd = 0, tfaw = 0;      ///< ACT to ACT of two banks; window of four ACTs
  unsigned tccd = 0, tccdmw = 0;    ///< column to column; to a masked write in the same bank
  unsigned twr = 0, nwr = 0;        ///< write recovery; the same before an auto-precharge (MR1)
  unsigned twtr = 0, trtp = 0;      ///< write data to RD; RD to PRE
  unsigned tppd = 0;                ///< PRE to PRE
  unsigned txp = 0, tcke = 0;       ///< power-down exit; least time of CKE low or high
  unsigned tcmdcke = 0;             ///< command to CKE low
  unsigned tsr = 0, txsr = 0;       ///< least self-refresh; its exit to any command
  unsigned trefi = 0, trefipb = 0;  ///< mean distance of REF, of REFPB
  unsigned trfcab = 0, trfcpb = 0;  ///< refresh of all banks, of one
  unsigned trtrs = 0;               ///< data bus gap between ranks
};

/// A timing by name, for files, messages and tests.
struct DramTimingField {
  std::string_view name;  ///< as in data files: "tRCD"
  unsigned DramTimings::*member;
};

const std::vector<DramTimingField>& dram_timing_fields();

/// Currents of one x16 device on one supply, in mA, named as in JESD209-4 (I0 is IDD0).
struct DramSupply {
  std::string name;  ///< VDD1, VDD2, VDDQ
  double volts = 0.0;
  double i0 = 0.0, i2n = 0.0, i3n = 0.0, i4r = 0.0, i4w = 0.0, i5 = 0.0, i5pb = 0.0, i2p = 0.0,
         i3p = 0.0, i6 = 0.0;
};

/// A current by name.
struct DramCurrentField {
  std::string_view name;  ///< as in data files: "I4R"
  double DramSupply::*member;
};

const std::vector<DramCurrentField>& dram_current_fields();

/// A DRAM device: organisation of one x16 channel and rank, timings, supplies.
struct DramSpec {
  std::string name;
  unsigned tck_ps = 0;  ///< clock period in picoseconds
  unsigned device_width = 0, banks = 0, rows = 0, columns = 0, burst_length = 0;
  DramTimings timings;
  std::array<DramSupply, 3> supplies;  ///< VDD1, VDD2 (core), VDDQ (I/O)

  /// Clocks that a burst occupies the data bus: two transfers a clock.
  unsigned burst_clocks() const { return burst_length / 2; }
};

/// Names of the descriptions that are built in.
std::vector<std::string> dram_spec_names();

/// A description by the name of a built-in one or by file. Throws DramError: no such file or name,
/// an unknown, wrong or missing value or source.
DramSpec load_dram_spec(const std::string& name_or_file);

/// A description from YAML text; `origin` stands in messages.
DramSpec parse_dram_spec(const std::string& text, const std::string& origin);

/// Throws DramError, naming the value, when a description contradicts itself (a size that is no
/// power of two, a zero where there must be time, tRCpb below tRAS + tRPpb...).
void check_dram_spec(const DramSpec& spec);

}  // namespace tensordash
