#include "platform/config/dram_keys.h"

#include <algorithm>

#include "platform/config/choice.h"
#include "platform/config/dram_choices.h"

namespace tensordash {

const std::vector<KeyRule>& dram_rules() {
  static const std::vector<KeyRule> table = {
      {{"dram.spec", KeyKind::text, "lpddr4-3200-16gb",
        "lpddr4-3200-16gb, lpddr4-3200-8gb or a YAML file", "organisation, timings and currents"},
       {},
       {},
       [](const std::string& value) {
         const auto names = dram_spec_names();
         return std::find(names.begin(), names.end(), value) == names.end();
       }},
      {{"dram.channels", KeyKind::number, "4", "1, 2, 4, 8, 16", "channels, each with its own bus"},
       {1, 16}},
      {{"dram.ranks", KeyKind::number, "2", "1, 2, 4", "ranks of a channel"}, {1, 4}},
      {{"dram.width", KeyKind::number, "16", "16, 32, 64",
        "data bits of a channel; x16 devices side by side"},
       {16, 64}},
      {{"dram.mapping", KeyKind::text, "rank|row|bank|column|channel|column:5",
        "rank, row, bank, column, channel from the top down, each with its bits",
        "address bits; a field without a number takes the bits left"},
       {},
       {}},
      {{"dram.hash", KeyKind::text, "", "such as bank0^row0^row3, channel0^row1",
        "bits of fields flipped by others"},
       {},
       {},
       nullptr,
       true},
      {{"dram.page_policy", KeyKind::text, "open", "open, closed, adaptive",
        "when rows are closed: for another row, with the last access waiting, or with that when "
        "another row waits and after a time"},
       {},
       {"open", "closed", "adaptive"}},
      {{"dram.page_timeout", KeyKind::number, "256", "1 to 1000000",
        "idle clocks before an adaptive policy closes a row"},
       {1, 1000000}},
      {{"dram.scheduler", KeyKind::text, "frfcfs", "fcfs, frfcfs",
        "bursts by age, or row hits first and writes in drains"},
       {},
       {"fcfs", "frfcfs"}},
      {{"dram.row_hit_cap", KeyKind::number, "64", "0 to 1000000",
        "row hits in sequence while another row of the bank waits; 0: no limit"},
       {0, 1000000}},
      {{"dram.age_limit", KeyKind::number, "4096", "0 to 1000000",
        "clocks after which a burst goes before row hits; 0: never"},
       {0, 1000000}},
      {{"dram.queue", KeyKind::number, "128", "2 to 1024", "bursts in a channel's queue"},
       {2, 1024}},
      {{"dram.write_high", KeyKind::number, "64", "1 to dram.queue",
        "queued write bursts that start a drain"},
       {1, 1024}},
      {{"dram.write_low", KeyKind::number, "8", "0 to dram.write_high - 1",
        "queued write bursts that end a drain when reads wait"},
       {0, 1023}},
      {{"dram.refresh", KeyKind::text, "all_bank", "none, all_bank, per_bank", "refresh commands"},
       {},
       {"none", "all_bank", "per_bank"}},
      {{"dram.refresh_postpone", KeyKind::number, "0", "0 to 8",
        "refresh intervals that may be owed while there is work"},
       {0, 8}},
      {{"dram.refresh_phase", KeyKind::text, "aligned", "aligned, staggered",
        "channels refresh together, or one after the other"},
       {},
       {"aligned", "staggered"}},
      {{"dram.power_down", KeyKind::number, "0", "0 to 1000000000",
        "idle clocks before a rank powers down; 0: never"},
       {0, 1000000000}},
      {{"dram.self_refresh", KeyKind::number, "0", "0 to 1000000000",
        "idle clocks before a rank refreshes itself; 0: never"},
       {0, 1000000000}},
      {{"dram.front_clocks", KeyKind::number, "0", "0 to 10000",
        "clocks of the controller from a request to its first command"},
       {0, 10000}},
      {{"dram.back_clocks", KeyKind::number, "0", "0 to 10000",
        "clocks of the controller from the last data to the response"},
       {0, 10000}},
      {{"dram.response_order", KeyKind::text, "out_of_order", "out_of_order, in_order",
        "responses as data comes, or in the order of requests"},
       {},
       {"out_of_order", "in_order"}},
      {{"dram.energy_flat_pj_per_bit", KeyKind::decimal, "0", "0 to 1000",
        "pJ for every bit moved in place of the currents; 0: currents"},
       {0, 1000}},
  };
  return table;
}

DramParameters dram_parameters(const Settings& settings) {
  DramParameters p;
  p.spec = settings.text("dram.spec");
  p.channels = settings.number("dram.channels");
  p.ranks = settings.number("dram.ranks");
  p.width = settings.number("dram.width");
  p.mapping = settings.text("dram.mapping");
  p.hash = settings.text("dram.hash");
  p.page_policy = choice(settings, "dram.page_policy",
                         {PagePolicy::open, PagePolicy::closed, PagePolicy::adaptive});
  p.page_timeout = settings.number("dram.page_timeout");
  p.scheduler = choice(settings, "dram.scheduler", {DramScheduling::fcfs, DramScheduling::frfcfs});
  p.row_hit_cap = settings.number("dram.row_hit_cap");
  p.age_limit = settings.number("dram.age_limit");
  p.queue = settings.number("dram.queue");
  p.write_high = settings.number("dram.write_high");
  p.write_low = settings.number("dram.write_low");
  p.refresh = choice(settings, "dram.refresh",
                     {RefreshMode::none, RefreshMode::all_bank, RefreshMode::per_bank});
  p.refresh_postpone = settings.number("dram.refresh_postpone");
  p.refresh_phase =
      choice(settings, "dram.refresh_phase", {RefreshPhase::aligned, RefreshPhase::staggered});
  p.power_down = settings.number("dram.power_down");
  p.self_refresh = settings.number("dram.self_refresh");
  p.front_clocks = settings.number("dram.front_clocks");
  p.back_clocks = settings.number("dram.back_clocks");
  p.response_order = choice(settings, "dram.response_order",
                            {ResponseOrder::out_of_order, ResponseOrder::in_order});
  p.flat_pj_per_bit = settings.decimal("dram.energy_flat_pj_per_bit");
  return p;
}

}  // namespace tensordash
