#include "hw/dram/monitor/rule_table.h"

#include <algorithm>
#include <array>

namespace tensordash {
namespace {

using C = DramCommand;

constexpr CommandSet reads = {C::rd, C::rda};
constexpr CommandSet writes = {C::wr, C::mwr, C::wra};
constexpr CommandSet open_writes = {C::wr, C::mwr};  // that leave the bank open
constexpr CommandSet columns = {C::rd, C::wr, C::mwr, C::rda, C::wra};
constexpr CommandSet four_clocks = {C::act, C::rd, C::wr, C::mwr, C::rda, C::wra};
constexpr CommandSet two_clocks = {C::pre, C::prea, C::ref, C::refpb, C::sre, C::srx};
constexpr CommandSet on_command_bus = {C::act, C::rd,   C::wr,  C::mwr,   C::rda, C::wra,
                                       C::pre, C::prea, C::ref, C::refpb, C::sre, C::srx};
// What a rank may be given once it is awake.
constexpr CommandSet after_power_down = {C::act, C::rd,   C::wr,  C::mwr,   C::rda, C::wra,
                                         C::pre, C::prea, C::ref, C::refpb, C::sre};
constexpr CommandSet after_self_refresh = {C::act, C::rd,   C::wr,  C::mwr,   C::rda, C::wra,
                                           C::pre, C::prea, C::ref, C::refpb, C::sre, C::pde};
constexpr CommandSet precharges = {C::pre, C::prea};
constexpr CommandSet whole_rank_refreshes = {C::ref, C::sre};  // need every bank of the rank idle
constexpr CommandSet refreshes = {C::ref, C::refpb, C::sre};

// The standard counts from last edge to last edge. From first edge to first edge a distance grows
// by the clocks of the earlier command and shrinks by those of the later one.
constexpr std::int64_t four_to_two = 4 - 2;
constexpr std::int64_t two_to_four = 2 - 4;
// CKE has no last edge: what follows a command's last edge comes that much later after its first.
constexpr std::int64_t last_edge_of_four = 4 - 1;
constexpr std::int64_t last_edge_of_two = 2 - 1;

}  // namespace

std::string CommandSet::names() const {
  std::string all;
  for (const DramCommand command : all_dram_commands) {
    if (!contains(command)) continue;
    if (!all.empty()) all += ' ';
    all += name_of(command);
  }
  return all;
}

std::string_view name_of(RuleScope scope) {
  constexpr std::array<std::string_view, 6> names = {"same bank",  "same rank", "other bank",
                                                     "other rank", "channel",   "fourth before"};
  return names[static_cast<std::size_t>(scope)];
}

std::vector<BusRule> bus_rules(const DramSpec& spec) {
  struct Signed {
    std::int64_t rl, wl, tdqsck, tdqss, twpre, trcd, trppb, trpab, tras, trcpb, trrd, tfaw, tccd,
        tccdmw, twr, nwr, twtr, trtp, tppd, txp, tcke, tcmdcke, tsr, txsr, trfcab, trfcpb, trtrs;
  };
  const DramTimings& s = spec.timings;
  const Signed t = {s.rl,      s.wl,   s.tdqsck, s.tdqss,  s.twpre,  s.trcd, s.trppb,
                    s.trpab,   s.tras, s.trcpb,  s.trrd,   s.tfaw,   s.tccd, s.tccdmw,
                    s.twr,     s.nwr,  s.twtr,   s.trtp,   s.tppd,   s.txp,  s.tcke,
                    s.tcmdcke, s.tsr,  s.txsr,   s.trfcab, s.trfcpb, s.trtrs};
  const std::int64_t burst = spec.burst_clocks();

  // Ends of the data, counted from the column command's last edge.
  const std::int64_t read_data = t.rl + t.tdqsck + burst;
  const std::int64_t write_data = t.wl + t.tdqss + burst;
  // A read's precharge starts tRTP after its last prefetch of eight columns.
  const std::int64_t read_to_precharge = burst + std::max<std::int64_t>(8, t.trtp) - 8;
  const std::int64_t write_to_precharge = write_data + t.twr;
  const std::int64_t write_to_own_precharge = write_data + t.nwr;
  const std::int64_t rda_to_idle = read_to_precharge + t.trppb;
  const std::int64_t wra_to_idle = write_to_own_precharge + t.trppb;

  using S = RuleScope;
  const CommandSet act = {C::act};
  const CommandSet pre = {C::pre};
  const CommandSet prea = {C::prea};
  const CommandSet rda = {C::rda};
  const CommandSet wra = {C::wra};
  const CommandSet ref = {C::ref};
  const CommandSet refpb = {C::refpb};
  const CommandSet pde = {C::pde};
  const CommandSet pdx = {C::pdx};
  const CommandSet srx = {C::srx};

  std::vector<BusRule> rules = {
      {"CA bus after 4 clocks", four_clocks, on_command_bus, S::channel, 4},
      {"CA bus after 2 clocks", two_clocks, on_command_bus, S::channel, 2},

      {"tRCD", act, columns, S::same_bank, t.trcd},
      {"tCCD reads", reads, reads, S::same_rank, t.tccd},
      {"tCCD writes", writes, writes, S::same_rank, t.tccd},
      {"tCCDMW", writes, {C::mwr}, S::same_bank, t.tccdmw},
      {"read to write", reads, writes, S::same_rank, read_data - t.wl + t.twpre},
      {"tWTR", writes, reads, S::same_rank, write_data + t.twtr},
      {"tRTRS reads", reads, reads, S::other_rank, burst + t.trtrs},
      {"tRTRS writes", writes, writes, S::other_rank, burst + t.trtrs},
      {"tRTRS read to write", reads, writes, S::other_rank, read_data - t.wl + t.trtrs},
      {"tRTRS write to read", writes, reads, S::other_rank, write_data + t.trtrs - t.rl},

      {"tRAS", act, pre, S::same_bank, t.tras + four_to_two},
      {"tRAS PREA", act, prea, S::same_rank, t.tras + four_to_two},
      {"tRTP", reads, pre, S::same_bank, read_to_precharge + four_to_two},
      {"tRTP PREA", reads, prea, S::same_rank, read_to_precharge + four_to_two},
      {"tWR", open_writes, pre, S::same_bank, write_to_precharge + four_to_two},
      {"tWR PREA", open_writes, prea, S::same_rank, write_to_precharge + four_to_two},
      {"nWR", wra, pre, S::same_bank, write_to_own_precharge + four_to_two},
      {"nWR PREA", wra, prea, S::same_rank, write_to_own_precharge + four_to_two},
      {"tPPD", precharges, precharges, S::same_rank, t.tppd},

      {"tRPpb", pre, act, S::same_bank, t.trppb + two_to_four},
      {"tRPpb REFPB", pre, refpb, S::same_bank, t.trppb},
      {"tRPpb REF", pre, whole_rank_refreshes, S::same_rank, t.trppb},
      {"tRPab", prea, act, S::same_rank, t.trpab + two_to_four},
      {"tRPab refresh", prea, refreshes, S::same_rank, t.trpab},
      {"RDA to ACT", rda, act, S::same_bank, rda_to_idle},
      {"RDA to REFPB", rda, refpb, S::same_bank, rda_to_idle + four_to_two},
      {"RDA to REF", rda, whole_rank_refreshes, S::same_rank, rda_to_idle + four_to_two},
      {"WRA to ACT", wra, act, S::same_bank, wra_to_idle},
      {"WRA to REFPB", wra, refpb, S::same_bank, wra_to_idle + four_to_two},
      {"WRA to REF", wra, whole_rank_refreshes, S::same_rank, wra_to_idle + four_to_two},

      {"tRCpb", act, act, S::same_bank, t.trcpb},
      {"tRCpb REFPB", act, refpb, S::same_bank, t.trcpb + four_to_two},
      {"tRCpb REF", act, whole_rank_refreshes, S::same_rank, t.trcpb + four_to_two},
      {"tRRD", act, act, S::other_bank, t.trrd},
      {"tRRD ACT to REFPB", act, refpb, S::other_bank, t.trrd + four_to_two},
      {"tRRD REFPB to ACT", refpb, act, S::other_bank, t.trrd + two_to_four},
      {"tFAW", act, act, S::fourth_before, t.tfaw},
      {"tFAW ACT to REFPB", act, refpb, S::fourth_before, t.tfaw + four_to_two},
      {"tFAW REFPB to ACT", refpb, act, S::fourth_before, t.tfaw + two_to_four},
      {"tFAW REFPB to REFPB", refpb, refpb, S::fourth_before, t.tfaw},

      {"tRFCpb", refpb, act, S::same_bank, t.trfcpb + two_to_four},
      {"tRFCpb refresh", refpb, refreshes, S::same_rank, t.trfcpb},
      {"tRFCpb PRE", refpb, pre, S::same_bank, t.trfcpb},
      {"tRFCpb PREA", refpb, prea, S::same_rank, t.trfcpb},
      {"tRFCab", ref, act, S::same_rank, t.trfcab + two_to_four},
      {"tRFCab refresh", ref, refreshes, S::same_rank, t.trfcab},
      {"tRFCab precharge", ref, precharges, S::same_rank, t.trfcab},

      {"tCMDCKE ACT", act, pde, S::same_rank, t.tcmdcke + last_edge_of_four},
      {"tCMDCKE",
       {C::pre, C::prea, C::ref, C::refpb},
       pde,
       S::same_rank,
       t.tcmdcke + last_edge_of_two},
      {"read to PDE", reads, pde, S::same_rank, read_data + 1 + last_edge_of_four},
      {"write to PDE", open_writes, pde, S::same_rank, write_to_precharge + last_edge_of_four},
      {"WRA to PDE", wra, pde, S::same_rank, write_to_own_precharge + 1 + last_edge_of_four},
      {"tCKE low", pde, pdx, S::same_rank, t.tcke},
      {"tCKE high", pdx, pde, S::same_rank, t.tcke},
      {"tXP", pdx, after_power_down, S::same_rank, t.txp},
      {"tSR", {C::sre}, srx, S::same_rank, t.tsr},
      {"tXSR", srx, after_self_refresh, S::same_rank, t.txsr},
  };
  for (BusRule& rule : rules) rule.required = std::max<std::int64_t>(0, rule.required);
  return rules;
}

std::vector<BusRule> data_bus_rules(const DramSpec& spec) {
  return {{"data bus", columns, columns, RuleScope::same_rank, 0},
          {"data bus between ranks", columns, columns, RuleScope::other_rank,
           static_cast<std::int64_t>(spec.timings.trtrs)}};
}

}  // namespace tensordash
