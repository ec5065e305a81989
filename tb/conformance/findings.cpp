#include "tb/conformance/findings.h"

#include <algorithm>
#include <iomanip>
#include <ostream>
#include <sstream>
#include <stdexcept>

namespace tensordash::conformance {
namespace {

/// More of the same say nothing new.
constexpr std::uint64_t most_findings_of_a_rule = 10;

const char* name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::passed:
      return "passed";
    case Verdict::broken:
      return "BROKEN";
    case Verdict::not_exercised:
      return "not exercised";
    default:
      return "not applicable";
  }
}

}  // namespace

std::string Finding::line() const {
  std::ostringstream text;
  text << rule << " at " << time << ", address 0x" << std::hex << address << ": " << seen
       << "; allowed: " << allowed;
  return text.str();
}

Findings::Findings(const std::vector<Rule>& rules) : rules_(rules) {
  for (const Rule& rule : rules_) entries_[rule.id].text = rule.text;
}

const Findings::Entry& Findings::at(const std::string& rule) const {
  return entries_.at(rule);
}

bool Findings::check(const char* rule, bool holds, std::uint64_t address, const char* seen) {
  const auto entry = entries_.find(rule);
  if (entry == entries_.end()) throw std::out_of_range(rule);
  ++entry->second.exercised;
  if (!holds) add(rule, entry->second, address, seen);
  return holds;
}

bool Findings::check(const char* rule, bool holds, std::uint64_t address, const std::string& seen) {
  return check(rule, holds, address, seen.c_str());
}

void Findings::add(const char* rule, Entry& entry, std::uint64_t address, const std::string& seen) {
  if (++entry.broken > most_findings_of_a_rule) return;
  findings_.push_back({rule, address, seen, entry.text, sc_core::sc_time_stamp()});
}

void Findings::set_not_applicable(const char* rule) {
  entries_.at(rule).applicable = false;
}

Verdict Findings::verdict(const std::string& rule) const {
  const Entry& entry = at(rule);
  if (entry.broken != 0) return Verdict::broken;
  if (entry.exercised != 0) return Verdict::passed;
  return entry.applicable ? Verdict::not_exercised : Verdict::not_applicable;
}

std::vector<std::string> Findings::rules(Verdict wanted) const {
  std::vector<std::string> ids;
  for (const Rule& rule : rules_) {
    if (verdict(rule.id) == wanted) ids.emplace_back(rule.id);
  }
  return ids;
}

void Findings::report(std::ostream& out) const {
  const std::ios_base::fmtflags flags = out.flags();
  out << std::left << std::setw(24) << "rule" << std::right << std::setw(10) << "exercised"
      << std::setw(8) << "broken"
      << "  " << std::left << std::setw(15) << "verdict"
      << "allowed\n";
  for (const Rule& rule : rules_) {
    const Entry& entry = at(rule.id);
    out << std::left << std::setw(24) << rule.id << std::right << std::setw(10) << entry.exercised
        << std::setw(8) << entry.broken << "  " << std::left << std::setw(15)
        << name_of(verdict(rule.id)) << entry.text << "\n";
  }
  for (const Finding& finding : findings_) out << finding.line() << "\n";
  out.flags(flags);
}

}  // namespace tensordash::conformance
