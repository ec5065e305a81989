#include "platform/dram/energy_table.h"

#include <fmt/format.h>

#include "platform/text/text_table.h"

namespace tensordash {
namespace {

/// Energy in nJ with a unit that keeps it short.
std::string energy_text(double nj) {
  if (nj >= 1e9) return fmt::format("{:.3f} J", nj * 1e-9);
  if (nj >= 1e6) return fmt::format("{:.3f} mJ", nj * 1e-6);
  if (nj >= 1e3) return fmt::format("{:.3f} uJ", nj * 1e-3);
  return fmt::format("{:.3f} nJ", nj);
}

std::string share_text(double part, double whole) {
  return whole == 0.0 ? "-" : fmt::format("{:.1f} %", 100 * part / whole);
}

void add_rows(std::vector<TextRow>& rows, const std::vector<EnergyTerm>& terms, const char* count,
              int digits, const char* each, double total) {
  for (const EnergyTerm& term : terms) {
    if (term.count == 0) continue;
    rows.push_back({term.name, term.formula, grouped(term.count) + count,
                    fmt::format("{:.{}f} {}", term.each.core, digits, each),
                    fmt::format("{:.{}f} {}", term.each.io, digits, each),
                    energy_text(term.nj.core), energy_text(term.nj.io),
                    share_text(term.nj.sum(), total)});
  }
}

std::string mean_text(const DramEnergy& energy) {
  return fmt::format("{} in all, {:.2f} pJ/bit over {} bits moved, {:.1f} mW on average\n",
                     energy_text(energy.total_nj()), energy.pj_per_bit(), grouped(energy.bits),
                     energy.mean_power_mw());
}

}  // namespace

std::string energy_table(const DramEnergy& energy) {
  if (energy.flat) return "Energy, so much a bit: " + mean_text(energy);
  const double total = energy.total_nj();
  std::vector<TextRow> rows = {
      {"energy", "formula", "count", "core each", "I/O each", "core", "I/O", "share"}};
  add_rows(rows, energy.events, "", 4, "nJ", total);
  add_rows(rows, energy.states, " tCK", 2, "mW", total);
  const std::size_t totals_from = rows.size();
  CoreAndIo sum = energy.events_nj();
  sum += energy.states_nj();
  rows.push_back({"total", "", "", "", "", energy_text(sum.core), energy_text(sum.io),
                  share_text(total, total)});
  return text_table(rows, 2, totals_from) + mean_text(energy) +
         "Currents are those of one x16 device and rank; every rank and device adds its own. core: "
         "VDD1 and\nVDD2, I/O: VDDQ, each formula summed over the supplies. pre counts banks "
         "closed, "
         "by any precharge.\n";
}

}  // namespace tensordash
