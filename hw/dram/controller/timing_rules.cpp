#include "hw/dram/controller/timing_rules.h"

#include <algorithm>
#include <initializer_list>

namespace tensordash {
namespace {

using Command = DramCommand;
using Commands = std::vector<DramCommand>;

/// The edge of a command that distances count from, as clocks after its first.
int last_edge(DramCommand command) {
  return std::max(1, static_cast<int>(ca_clocks(command))) - 1;
}

class RuleList {
 public:
  /// A distance between last edges.
  void add(const Commands& from, const Commands& to, TimingScope scope, int distance) {
    for (const DramCommand first : from) {
      for (const DramCommand second : to) {
        keep(first, second, scope, distance + last_edge(first) - last_edge(second));
      }
    }
  }

  /// A distance between first edges: the device must be awake to see a command's first edge.
  void add_first_edges(const Commands& from, const Commands& to, TimingScope scope, int distance) {
    for (const DramCommand first : from) {
      for (const DramCommand second : to) keep(first, second, scope, distance);
    }
  }

  std::vector<TimingRule> take() { return std::move(rules_); }

 private:
  void keep(DramCommand from, DramCommand to, TimingScope scope, int distance) {
    if (distance > 0) rules_.push_back({from, to, scope, static_cast<unsigned>(distance)});
  }

  std::vector<TimingRule> rules_;
};

}  // namespace

unsigned read_clocks(const DramSpec& spec) {
  return ca_clocks(DramCommand::rd) - 1 + spec.timings.rl + spec.timings.tdqsck +
         spec.burst_clocks();
}

unsigned write_clocks(const DramSpec& spec) {
  return ca_clocks(DramCommand::wr) - 1 + spec.timings.wl + spec.timings.tdqss +
         spec.burst_clocks();
}

std::vector<TimingRule> timing_rules(const DramSpec& spec) {
  const DramTimings& t = spec.timings;
  const int burst = static_cast<int>(spec.burst_clocks());
  const int rl = static_cast<int>(t.rl);
  const int wl = static_cast<int>(t.wl);
  const int read_data = rl + static_cast<int>(t.tdqsck) + burst;  // command to end of data
  const int write_data = wl + static_cast<int>(t.tdqss) + burst;
  const int read_to_precharge = burst + std::max(8, static_cast<int>(t.trtp)) - 8;
  const int write_to_precharge = write_data + static_cast<int>(t.twr);
  const int write_to_auto_precharge = write_data + static_cast<int>(t.nwr);
  const int rank_gap = static_cast<int>(t.trtrs);
  const int trppb = static_cast<int>(t.trppb);
  const int trcpb = static_cast<int>(t.trcpb);

  const Commands reads = {Command::rd, Command::rda};
  const Commands writes = {Command::wr, Command::mwr, Command::wra};
  const Commands columns = {Command::rd, Command::wr, Command::mwr, Command::rda, Command::wra};
  const Commands precharges = {Command::pre, Command::prea};
  const Commands rests = {Command::ref, Command::sre};  // of a rank with all banks closed
  const Commands all = {Command::act, Command::pre,   Command::prea, Command::rd,
                        Command::wr,  Command::mwr,   Command::rda,  Command::wra,
                        Command::ref, Command::refpb, Command::sre};
  RuleList rules;

  // Rows. A bank that precharges itself (rda, wra) waits for tRAS, so tRC from its ACT holds too.
  rules.add({Command::act}, {Command::act, Command::refpb}, TimingScope::bank, trcpb);
  rules.add({Command::act}, rests, TimingScope::rank, trcpb);
  rules.add({Command::act}, {Command::act, Command::refpb}, TimingScope::rank,
            static_cast<int>(t.trrd));
  rules.add({Command::act}, columns, TimingScope::bank, static_cast<int>(t.trcd));
  rules.add({Command::act}, {Command::pre}, TimingScope::bank, static_cast<int>(t.tras));
  rules.add({Command::act}, {Command::prea}, TimingScope::rank, static_cast<int>(t.tras));
  rules.add({Command::pre}, {Command::act, Command::refpb}, TimingScope::bank, trppb);
  rules.add({Command::pre}, rests, TimingScope::rank, trppb);
  rules.add({Command::prea}, {Command::act, Command::refpb, Command::ref, Command::sre},
            TimingScope::rank, static_cast<int>(t.trpab));
  rules.add(precharges, precharges, TimingScope::rank, static_cast<int>(t.tppd));

  // Columns, and the data bus that they share.
  rules.add(reads, reads, TimingScope::rank, static_cast<int>(t.tccd));
  rules.add(writes, writes, TimingScope::rank, static_cast<int>(t.tccd));
  rules.add(writes, {Command::mwr}, TimingScope::bank, static_cast<int>(t.tccdmw));
  rules.add(reads, reads, TimingScope::other_ranks, burst + rank_gap);
  rules.add(writes, writes, TimingScope::other_ranks, burst + rank_gap);
  rules.add(reads, writes, TimingScope::rank, read_data - wl + static_cast<int>(t.twpre));
  rules.add(reads, writes, TimingScope::other_ranks, read_data - wl + rank_gap);
  rules.add(writes, reads, TimingScope::rank, write_data + static_cast<int>(t.twtr));
  rules.add(writes, reads, TimingScope::other_ranks, write_data - rl + rank_gap);

  // From columns to precharge, explicit or automatic.
  rules.add(reads, {Command::prea}, TimingScope::rank, read_to_precharge);
  rules.add({Command::rd}, {Command::pre}, TimingScope::bank, read_to_precharge);
  rules.add({Command::wr, Command::mwr}, {Command::pre}, TimingScope::bank, write_to_precharge);
  rules.add({Command::wr, Command::mwr}, {Command::prea}, TimingScope::rank, write_to_precharge);
  rules.add({Command::wra}, {Command::prea}, TimingScope::rank, write_to_auto_precharge);
  rules.add({Command::rda}, {Command::act, Command::refpb}, TimingScope::bank,
            read_to_precharge + trppb);
  rules.add({Command::rda}, rests, TimingScope::rank, read_to_precharge + trppb);
  rules.add({Command::wra}, {Command::act, Command::refpb}, TimingScope::bank,
            write_to_auto_precharge + trppb);
  rules.add({Command::wra}, rests, TimingScope::rank, write_to_auto_precharge + trppb);

  // Refresh.
  rules.add({Command::ref},
            {Command::act, Command::ref, Command::refpb, Command::sre, Command::pre, Command::prea},
            TimingScope::rank, static_cast<int>(t.trfcab));
  rules.add({Command::refpb}, {Command::act}, TimingScope::bank, static_cast<int>(t.trfcpb));
  rules.add({Command::refpb}, {Command::act}, TimingScope::rank, static_cast<int>(t.trrd));
  rules.add({Command::refpb}, {Command::refpb, Command::ref, Command::sre, Command::prea},
            TimingScope::rank, static_cast<int>(t.trfcpb));

  // Power.
  rules.add({Command::act, Command::pre, Command::prea, Command::ref, Command::refpb},
            {Command::pde}, TimingScope::rank, static_cast<int>(t.tcmdcke));
  rules.add(reads, {Command::pde}, TimingScope::rank, read_data + 1);
  rules.add({Command::wr, Command::mwr}, {Command::pde}, TimingScope::rank, write_to_precharge);
  rules.add({Command::wra}, {Command::pde}, TimingScope::rank, write_to_auto_precharge + 1);
  rules.add({Command::pde}, {Command::pdx}, TimingScope::rank, static_cast<int>(t.tcke));
  rules.add({Command::pdx}, {Command::pde}, TimingScope::rank, static_cast<int>(t.tcke));
  rules.add_first_edges({Command::pdx}, all, TimingScope::rank, static_cast<int>(t.txp));
  rules.add({Command::sre}, {Command::srx}, TimingScope::rank, static_cast<int>(t.tsr));
  rules.add_first_edges({Command::srx}, all, TimingScope::rank, static_cast<int>(t.txsr));
  rules.add_first_edges({Command::srx}, {Command::pde}, TimingScope::rank,
                        static_cast<int>(t.txsr));
  return rules.take();
}

}  // namespace tensordash
