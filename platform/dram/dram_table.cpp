#include "platform/dram/dram_table.h"

#include <fmt/format.h>

#include <string_view>

#include "platform/config/dram_choices.h"
#include "platform/dram/dram_totals.h"
#include "platform/dram/energy_table.h"
#include "platform/text/text_table.h"

namespace tensordash {
namespace {

std::string percent(double share) {
  return fmt::format("{:.1f} %", 100 * share);
}

std::string capacity(std::uint64_t bytes) {
  constexpr std::uint64_t gib = std::uint64_t{1} << 30, mib = std::uint64_t{1} << 20;
  return bytes % gib == 0 ? fmt::format("{} GiB", bytes / gib) : fmt::format("{} MiB", bytes / mib);
}

std::string counted(unsigned count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

std::string organisation_text(const DramConfiguration& configuration) {
  const DramParameters& parameters = configuration.parameters;
  return fmt::format(
      "{} ({}), {}: {} of {} bits, {} of {} x{} device{}, {} banks; tCK {} ns\n"
      "mapping {}{}{}\n"
      "{} pages, {} scheduler, queue {}, refresh {}\n",
      parameters.spec, configuration.spec.name, capacity(configuration.bytes()),
      counted(parameters.channels, "channel"), parameters.width, counted(parameters.ranks, "rank"),
      configuration.devices_per_rank(), configuration.spec.device_width,
      configuration.devices_per_rank() == 1 ? "" : "s", configuration.spec.banks,
      configuration.spec.tck_ps * 1e-3, parameters.mapping,
      parameters.hash.empty() ? "" : ", hash ", parameters.hash, name_of(parameters.page_policy),
      name_of(parameters.scheduler), parameters.queue,
      parameters.refresh == RefreshMode::none
          ? "none"
          : fmt::format("{} {}, at most {} postponed", name_of(parameters.refresh),
                        name_of(parameters.refresh_phase), parameters.refresh_postpone));
}

std::string bandwidth_text(const DramStatistics& statistics) {
  const auto elapsed = static_cast<double>(statistics.elapsed_clocks());
  return fmt::format(
      "{:.3f} GB/s of {:.3f} ({}): useful bytes from the first request to the last data, {} tCK "
      "({:.3f} us)\n",
      statistics.bandwidth_gb_s(), statistics.peak_gb_s(), percent(statistics.share_of_peak()),
      grouped(statistics.elapsed_clocks()), statistics.nanoseconds(elapsed) * 1e-3);
}

std::string transaction_table(const DramStatistics& statistics, const DramTotals& totals) {
  const auto row = [](const char* name, std::uint64_t count, std::uint64_t useful,
                      std::uint64_t moved, const OutcomeCounts& outcomes) {
    return TextRow{name,
                   grouped(count),
                   grouped(useful),
                   grouped(moved),
                   grouped(outcomes.total()),
                   grouped(outcomes[RowOutcome::hit]),
                   grouped(outcomes[RowOutcome::closed]),
                   grouped(outcomes[RowOutcome::conflict])};
  };
  std::vector<TextRow> rows = {{"", "transactions", "useful bytes", "moved bytes", "bursts",
                                "row hits", "closed", "conflicts"}};
  rows.push_back(row("reads", statistics.reads, statistics.bytes_read,
                     statistics.bytes_read_moved(), totals.reads));
  rows.push_back(row("writes", statistics.writes, statistics.bytes_written,
                     statistics.bytes_written_moved(), totals.writes));
  return text_table(rows, 1, rows.size()) +
         fmt::format(
             "A burst hits when its row is open; its bank may be closed (ACT first), or hold "
             "another "
             "row (PRE, ACT\nfirst). Bursts of masked writes: {}.\n",
             grouped(totals.bursts_masked));
}

void add_latency(std::vector<TextRow>& rows, const DramStatistics& statistics,
                 const std::string& name, const LatencyHistogram& latency) {
  if (latency.count() == 0) return;
  const auto add = [&](TextRow row, double factor, int digits) {
    const auto cell = [&](double clocks, int places) {
      row.push_back(fmt::format("{:.{}f}", clocks * factor, places));
    };
    cell(static_cast<double>(latency.min()), digits);
    cell(latency.mean(), 1);
    for (const unsigned per_mille : {500U, 900U, 950U, 990U, 999U}) {
      cell(static_cast<double>(latency.percentile(per_mille)), digits);
    }
    cell(static_cast<double>(latency.max()), digits);
    rows.push_back(std::move(row));
  };
  add({name, "tCK", grouped(latency.count())}, 1.0, 0);
  add({"", "ns", ""}, statistics.nanoseconds(1.0), 1);
}

std::string latency_table(const DramStatistics& statistics) {
  std::vector<TextRow> rows = {
      {"latency", "unit", "count", "min", "mean", "p50", "p90", "p95", "p99", "p99.9", "max"}};
  add_latency(rows, statistics, "read", statistics.read_latency);
  add_latency(rows, statistics, "write", statistics.write_latency);
  const auto burst = [&](const char* name, RowOutcome outcome) {
    add_latency(rows, statistics, name, statistics.burst_latency[index_of(outcome)]);
  };
  burst("burst, row hit", RowOutcome::hit);
  burst("burst, closed", RowOutcome::closed);
  burst("burst, conflict", RowOutcome::conflict);
  return text_table(rows, 2, rows.size()) +
         "Transactions (read, write) and bursts, from arrival to last data on the bus.\n";
}

std::string_view meaning_of(DramCommand command) {
  switch (command) {
    case DramCommand::act:
      return "opens a row";
    case DramCommand::pre:
      return "closes the row of a bank";
    case DramCommand::prea:
      return "closes the rows of all banks of a rank";
    case DramCommand::rd:
      return "reads a burst";
    case DramCommand::wr:
      return "writes a burst";
    case DramCommand::mwr:
      return "writes some bytes of a burst";
    case DramCommand::rda:
      return "reads a burst, then closes the row";
    case DramCommand::wra:
      return "writes a burst, then closes the row";
    case DramCommand::ref:
      return "refreshes all banks of a rank";
    case DramCommand::refpb:
      return "refreshes one bank";
    case DramCommand::pde:
      return "powers a rank down";
    case DramCommand::pdx:
      return "powers it up";
    case DramCommand::sre:
      return "lets a rank refresh itself";
    case DramCommand::srx:
      return "ends that";
  }
  return "";
}

std::string command_table(const DramTotals& totals) {
  std::vector<TextRow> rows = {{"command", "what it does", "count"}};
  for (const DramCommand command : all_dram_commands) {
    rows.push_back({std::string(name_of(command)), std::string(meaning_of(command)),
                    grouped(totals.commands[index_of(command)])});
  }
  return text_table(rows, 2, rows.size());
}

TextRow channel_row(const std::string& name, const DramTotals& totals) {
  return {name,
          grouped(totals.reads.total()),
          grouped(totals.writes.total()),
          percent(totals.ca_utilisation),
          percent(totals.dq_read_utilisation),
          percent(totals.dq_write_utilisation),
          fmt::format("{:.1f}", totals.queue_mean),
          grouped(totals.queue_max),
          grouped(totals.refreshes_due_max)};
}

std::string channel_table(const DramStatistics& statistics, const DramTotals& totals) {
  const DramClock covered = statistics.covered_clocks();
  std::vector<TextRow> rows = {{"channel", "bursts read", "written", "CA busy", "DQ reads",
                                "DQ writes", "queue mean", "queue max", "refreshes"}};
  for (std::size_t at = 0; at < statistics.channels.size(); ++at) {
    rows.push_back(
        channel_row(std::to_string(at), DramTotals({&statistics.channels[at]}, covered)));
  }
  const std::size_t totals_from = rows.size();
  rows.push_back(channel_row("all", totals));
  return text_table(rows, 1, totals_from) +
         fmt::format(
             "Shares and means are of all {} tCK from time 0 on. CA: commands, DQ: data. queue: "
             "bursts waiting;\nrefreshes: most that were due at a time.\n",
             grouped(covered));
}

}  // namespace

std::string estimate_table(const DramConfiguration& configuration,
                           const DramStatistics& statistics) {
  return organisation_text(configuration) + bandwidth_text(statistics) + "\n" +
         latency_table(statistics) +
         "Estimated: no bursts, commands or energy. Writes among reads cost more than they would, "
         "since estimates\ndo not gather them.\n";
}

std::string dram_table(const DramConfiguration& configuration, const DramStatistics& statistics,
                       const DramEnergy& energy) {
  const DramTotals totals(statistics);
  std::string text = organisation_text(configuration) + bandwidth_text(statistics);
  for (const std::string& part :
       {transaction_table(statistics, totals), latency_table(statistics), command_table(totals),
        channel_table(statistics, totals), energy_table(energy)}) {
    text += "\n" + part;
  }
  return text;
}

}  // namespace tensordash
