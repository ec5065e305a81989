#include "hw/dram/energy/energy_model.h"

#include <algorithm>

namespace tensordash {
namespace {

CoreAndIo times(const CoreAndIo& quantity, double factor) {
  return {quantity.core * factor, quantity.io * factor};
}

CoreAndIo sum(const std::vector<EnergyTerm>& terms) {
  CoreAndIo total;
  for (const EnergyTerm& term : terms) total += term.nj;
  return total;
}

void add_terms(std::vector<EnergyTerm>& terms, const std::vector<EnergyTerm>& others) {
  if (terms.empty()) {
    terms = others;
    return;
  }
  for (std::size_t at = 0; at < terms.size(); ++at) {
    terms[at].count += others[at].count;
    terms[at].nj += others[at].nj;
  }
}

/// The same sum over the core's supplies and over those of the I/O.
template <typename Quantity>
CoreAndIo over_supplies(const DramSpec& spec, Quantity quantity) {
  const auto& [vdd1, vdd2, vddq] = spec.supplies;
  return {quantity(vdd1) + quantity(vdd2), quantity(vddq)};
}

}  // namespace

CoreAndIo DramEnergy::events_nj() const {
  return sum(events);
}

CoreAndIo DramEnergy::states_nj() const {
  return sum(states);
}

double DramEnergy::pj_per_bit() const {
  return bits == 0 ? 0.0 : total_nj() * 1e3 / static_cast<double>(bits);
}

double DramEnergy::mean_power_mw() const {
  return nanoseconds == 0.0 ? 0.0 : total_nj() * 1e3 / nanoseconds;
}

void DramEnergy::add(const DramEnergy& other) {
  add_terms(events, other.events);
  add_terms(states, other.states);
  bits += other.bits;
  nanoseconds = std::max(nanoseconds, other.nanoseconds);
  flat = flat || other.flat;
}

EnergyModel::EnergyModel(const DramSpec& spec, unsigned devices, double flat_pj_per_bit)
    : spec_(spec), devices_(devices), flat_pj_per_bit_(flat_pj_per_bit) {}

DramEnergy EnergyModel::energy(const RankActivity& rank, DramClock until) const {
  const auto count = [&](DramCommand command) { return rank.count(command); };
  const std::uint64_t reads = count(DramCommand::rd) + count(DramCommand::rda);
  const std::uint64_t writes =
      count(DramCommand::wr) + count(DramCommand::mwr) + count(DramCommand::wra);
  const std::uint64_t bits = (reads + writes) * spec_.burst_length * spec_.device_width * devices_;
  const RankResidency residency = rank.residency(until);
  const double tck_ns = spec_.tck_ps * 1e-3;

  DramEnergy energy;
  if (flat_pj_per_bit_ > 0.0) {
    energy = flat_energy(bits);
  } else {
    const DramTimings& timings = spec_.timings;
    const auto add_event = [&](const char* name, const char* formula, std::uint64_t events,
                               const CoreAndIo& each) {
      const CoreAndIo nj = times(each, static_cast<double>(events) * devices_);
      energy.events.push_back({name, formula, events, each, nj});
    };
    add_event("act", "V*(I0-I3N)*tRAS", count(DramCommand::act),
              event(&DramSupply::i0, &DramSupply::i3n, timings.tras));
    add_event("pre", "V*(I0-I2N)*tRPpb", rank.banks_closed(),
              event(&DramSupply::i0, &DramSupply::i2n, timings.trppb));
    add_event("rd", "V*(I4R-I3N)*BL/2", reads,
              event(&DramSupply::i4r, &DramSupply::i3n, spec_.burst_clocks()));
    add_event("wr", "V*(I4W-I3N)*BL/2", writes,
              event(&DramSupply::i4w, &DramSupply::i3n, spec_.burst_clocks()));
    add_event("ref", "V*(I5-I3N)*tRFCab", count(DramCommand::ref),
              event(&DramSupply::i5, &DramSupply::i3n, timings.trfcab));
    add_event("refpb", "V*(I5PB-I2N)*tREFIpb", count(DramCommand::refpb),
              event(&DramSupply::i5pb, &DramSupply::i2n, timings.trefipb));

    const auto add_state = [&](RankState state, const char* formula, double DramSupply::*current) {
      const CoreAndIo each = power(current);
      const DramClock clocks = residency[index_of(state)];
      // mW times ns are pJ.
      const double ns = static_cast<double>(clocks) * tck_ns;
      energy.states.push_back(
          {std::string(name_of(state)), formula, clocks, each, times(each, ns * 1e-3 * devices_)});
    };
    add_state(RankState::active_standby, "V*I3N", &DramSupply::i3n);
    add_state(RankState::precharged_standby, "V*I2N", &DramSupply::i2n);
    add_state(RankState::active_power_down, "V*I3P", &DramSupply::i3p);
    add_state(RankState::precharged_power_down, "V*I2P", &DramSupply::i2p);
    add_state(RankState::self_refresh, "V*I6", &DramSupply::i6);
  }
  energy.bits = bits;
  energy.nanoseconds = static_cast<double>(until) * tck_ns;
  return energy;
}

CoreAndIo EnergyModel::event(double DramSupply::*on, double DramSupply::*base,
                             unsigned clocks) const {
  const double ns = clocks * spec_.tck_ps * 1e-3;
  return over_supplies(spec_, [&](const DramSupply& supply) {
    return supply.volts * (supply.*on - supply.*base) * ns * 1e-3;
  });
}

CoreAndIo EnergyModel::power(double DramSupply::*current) const {
  return over_supplies(spec_,
                       [&](const DramSupply& supply) { return supply.volts * supply.*current; });
}

DramEnergy EnergyModel::flat_energy(std::uint64_t bits) const {
  DramEnergy energy;
  energy.flat = true;
  const double nj = flat_pj_per_bit_ * 1e-3;
  energy.events.push_back(
      {"bit", "flat_pj_per_bit", bits, {nj, 0.0}, {nj * static_cast<double>(bits), 0.0}});
  return energy;
}

DramEnergy dram_energy(const DramConfiguration& configuration, const DramStatistics& statistics) {
  const EnergyModel model(configuration.spec, configuration.devices_per_rank(),
                          configuration.parameters.flat_pj_per_bit);
  const DramClock until = statistics.covered_clocks();
  DramEnergy energy;
  for (const ChannelStatistics& channel : statistics.channels) {
    for (const RankActivity& rank : channel.ranks) energy.add(model.energy(rank, until));
  }
  return energy;
}

}  // namespace tensordash
