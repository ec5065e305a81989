#pragma once

#include <cstdint>
#include <iosfwd>
#include <map>
#include <string>
#include <systemc>
#include <vector>

namespace tensordash::conformance {

/// What is checked: a short name, and what is allowed in one line.
struct Rule {
  const char* id;
  const char* text;
};

/// A rule that was broken.
struct Finding {
  std::string rule;
  std::uint64_t address = 0;  ///< of the access
  std::string seen, allowed;
  sc_core::sc_time time;

  /// All of it in one line.
  std::string line() const;
};

enum class Verdict {
  passed,
  broken,
  not_exercised,  ///< nothing happened that could have broken it: nothing is known
  not_applicable
};

/// Collects what is found, and how often each rule was really put to the test. Nothing is printed
/// or reported before report() is called.
class Findings {
 public:
  explicit Findings(const std::vector<Rule>& rules);

  /// Counts a test of the rule, and a finding when it does not hold. Returns `holds`. Throws
  /// std::out_of_range when there is no such rule; so do the others.
  bool check(const char* rule, bool holds, std::uint64_t address, const char* seen);
  bool check(const char* rule, bool holds, std::uint64_t address, const std::string& seen);
  /// Says that nothing here can put the rule to the test.
  void set_not_applicable(const char* rule);

  std::uint64_t exercised(const std::string& rule) const { return at(rule).exercised; }
  std::uint64_t broken(const std::string& rule) const { return at(rule).broken; }
  Verdict verdict(const std::string& rule) const;
  /// The first few findings of each rule, in the order in which they were made.
  const std::vector<Finding>& all() const { return findings_; }
  /// Rules by verdict, in the order of the table.
  std::vector<std::string> rules(Verdict verdict) const;
  /// Nothing was found.
  bool clean() const { return findings_.empty(); }

  /// Prints the table of rules with their counts, then the findings.
  void report(std::ostream& out) const;

 private:
  struct Entry {
    const char* text = "";
    std::uint64_t exercised = 0, broken = 0;
    bool applicable = true;
  };

  const Entry& at(const std::string& rule) const;
  void add(const char* rule, Entry& entry, std::uint64_t address, const std::string& seen);

  std::vector<Rule> rules_;
  std::map<std::string, Entry, std::less<>> entries_;
  std::vector<Finding> findings_;
};

}  // namespace tensordash::conformance
