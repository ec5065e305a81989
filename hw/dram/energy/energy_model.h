#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "hw/dram/parameters.h"
#include "hw/dram/statistics/dram_statistics.h"

namespace tensordash {

/// A quantity of the core (VDD1 and VDD2) and of the I/O (VDDQ) apart.
struct CoreAndIo {
  double core = 0.0, io = 0.0;

  double sum() const { return core + io; }
  CoreAndIo& operator+=(const CoreAndIo& other) {
    core += other.core;
    io += other.io;
    return *this;
  }
};

/// One cause of energy: an event, such as a command, or the time in a state.
struct EnergyTerm {
  std::string name;         ///< "act", "active_standby"
  std::string formula;      ///< of `each`, in the words of a description: "V*(I0-I3N)*tRAS"
  std::uint64_t count = 0;  ///< events, or clocks in the state, summed over ranks
  CoreAndIo each;           ///< of one device: nJ an event, or mW in the state
  CoreAndIo nj;             ///< energy of all devices
};

/// The energy of a rank, a channel or a memory.
struct DramEnergy {
  std::vector<EnergyTerm> events, states;
  std::uint64_t bits = 0;    ///< moved over the data bus
  double nanoseconds = 0.0;  ///< that the energy was spent in
  bool flat = false;         ///< so much a bit; core holds all of it, there are no states

  CoreAndIo events_nj() const;
  CoreAndIo states_nj() const;
  double total_nj() const { return events_nj().sum() + states_nj().sum(); }

  /// All energy over the bits moved; 0 when none was.
  double pj_per_bit() const;
  double mean_power_mw() const;  ///< 0 when no time passed

  /// Adds what other ranks spent at the same time, by the same model.
  void add(const DramEnergy& other);
};

/// The energy of LPDDR4 from the currents of its description, as differences of mean currents
/// times voltage and time (JESD209-4, IDD specifications). Each formula sums over the supplies.
///
///   act     V*(I0-I3N)*tRAS         I0 cycles a bank: the part with the row open...
///   pre     V*(I0-I2N)*tRPpb        ...and the part that closes it
///   rd, wr  V*(I4R-I3N)*BL/2        I4 with the data bus always busy
///   ref     V*(I5-I3N)*tRFCab       the standby current below it is counted as active standby
///   refpb   V*(I5PB-I2N)*tREFIpb    I5PB is a mean over tREFIpb with the other banks idle
///   states  V*I3N, V*I2N, V*I3P, V*I2P, V*I6
///
/// Auto-precharges are precharges, and a precharge of all banks is one for each that was open.
class EnergyModel {
 public:
  /// `devices` make up the width of a rank; each draws the currents of the description. Above 0,
  /// `flat_pj_per_bit` replaces the currents.
  EnergyModel(const DramSpec& spec, unsigned devices, double flat_pj_per_bit = 0.0);

  /// What a rank spent in the clocks before `until`. Throws DramError when commands came later.
  DramEnergy energy(const RankActivity& rank, DramClock until) const;

 private:
  CoreAndIo event(double DramSupply::*on, double DramSupply::*base, unsigned clocks) const;
  CoreAndIo power(double DramSupply::*current) const;
  DramEnergy flat_energy(std::uint64_t bits) const;

  DramSpec spec_;
  unsigned devices_;
  double flat_pj_per_bit_;
};

/// The energy of all channels and ranks over covered_clocks().
DramEnergy dram_energy(const DramConfiguration& configuration, const DramStatistics& statistics);

}  // namespace tensordash
