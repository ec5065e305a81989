#include "platform/dram/dram_json.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

#include "platform/config/dram_choices.h"
#include "platform/dram/dram_totals.h"

namespace tensordash {
namespace {

using Json = nlohmann::ordered_json;

constexpr unsigned histogram_buckets = 32;

std::string key_of(DramCommand command) {
  std::string key(name_of(command));
  std::transform(key.begin(), key.end(), key.begin(),
                 [](unsigned char letter) { return std::tolower(letter); });
  return key;
}

Json organisation_json(const DramConfiguration& configuration) {
  const DramParameters& parameters = configuration.parameters;
  const DramSpec& spec = configuration.spec;
  Json json;
  json["spec"] = parameters.spec;
  json["device"] = spec.name;
  json["channels"] = parameters.channels;
  json["ranks"] = parameters.ranks;
  json["width"] = parameters.width;
  json["devices_per_rank"] = configuration.devices_per_rank();
  json["banks"] = spec.banks;
  json["rows"] = spec.rows;
  json["columns"] = spec.columns;
  json["bytes"] = configuration.bytes();
  json["burst_bytes"] = configuration.burst_bytes();
  json["clock_ns"] = spec.tck_ps * 1e-3;
  return json;
}

Json controller_json(const DramParameters& parameters) {
  Json json;
  json["mapping"] = parameters.mapping;
  json["hash"] = parameters.hash;
  json["page_policy"] = name_of(parameters.page_policy);
  json["page_timeout_tck"] = parameters.page_timeout;
  json["scheduler"] = name_of(parameters.scheduler);
  json["row_hit_cap"] = parameters.row_hit_cap;
  json["age_limit_tck"] = parameters.age_limit;
  json["queue"] = parameters.queue;
  json["write_high"] = parameters.write_high;
  json["write_low"] = parameters.write_low;
  json["refresh"] = name_of(parameters.refresh);
  json["refresh_postpone"] = parameters.refresh_postpone;
  json["refresh_phase"] = name_of(parameters.refresh_phase);
  json["power_down_tck"] = parameters.power_down;
  json["self_refresh_tck"] = parameters.self_refresh;
  json["front_tck"] = parameters.front_clocks;
  json["back_tck"] = parameters.back_clocks;
  json["response_order"] = name_of(parameters.response_order);
  return json;
}

Json latency_json(const DramStatistics& statistics, const LatencyHistogram& latency) {
  const std::array<std::pair<const char*, double>, 8> values = {
      {{"min", latency.min()},
       {"mean", latency.mean()},
       {"max", latency.max()},
       {"p50", latency.percentile(500)},
       {"p90", latency.percentile(900)},
       {"p95", latency.percentile(950)},
       {"p99", latency.percentile(990)},
       {"p99_9", latency.percentile(999)}}};
  Json json;
  json["count"] = latency.count();
  if (latency.count() == 0) return json;
  const std::string mean = "mean";
  for (const auto& [name, value] : values) {
    // All but the mean are whole clocks.
    json[name + std::string("_tck")] =
        name == mean ? Json(value) : Json(static_cast<DramClock>(value));
  }
  for (const auto& [name, value] : values) {
    json[name + std::string("_ns")] = statistics.nanoseconds(value);
  }
  json["histogram"] = Json::array();
  for (const LatencyBucket& bucket : latency.buckets(histogram_buckets)) {
    json["histogram"].push_back(
        {{"from_tck", bucket.from}, {"to_tck", bucket.to}, {"count", bucket.count}});
  }
  return json;
}

Json outcomes_json(const OutcomeCounts& outcomes) {
  return {{"hits", outcomes[RowOutcome::hit]},
          {"closed", outcomes[RowOutcome::closed]},
          {"conflicts", outcomes[RowOutcome::conflict]}};
}

/// Adds what one channel or all of them did.
void add_totals(Json& json, const DramTotals& totals) {
  json["bursts_read"] = totals.reads.total();
  json["bursts_written"] = totals.writes.total();
  json["bursts_masked"] = totals.bursts_masked;
  json["rows"] = {{"reads", outcomes_json(totals.reads)}, {"writes", outcomes_json(totals.writes)}};
  for (const DramCommand command : all_dram_commands) {
    json["commands"][key_of(command)] = totals.commands[index_of(command)];
  }
  json["ca_utilisation"] = totals.ca_utilisation;
  json["dq_read_utilisation"] = totals.dq_read_utilisation;
  json["dq_write_utilisation"] = totals.dq_write_utilisation;
  json["queue_depth"] = {{"mean", totals.queue_mean}, {"max", totals.queue_max}};
  json["refreshes_due_max"] = totals.refreshes_due_max;
}

Json channel_json(const ChannelStatistics& channel, DramClock covered) {
  Json json;
  add_totals(json, DramTotals({&channel}, covered));
  json["ranks"] = Json::array();
  for (const RankActivity& rank : channel.ranks) {
    const RankResidency residency = rank.residency(covered);
    Json entry;
    for (const RankState state : all_rank_states) {
      entry[std::string(name_of(state)) + "_tck"] = residency[index_of(state)];
    }
    json["ranks"].push_back(std::move(entry));
  }
  return json;
}

Json energy_json(const DramEnergy& energy) {
  Json json;
  json["model"] = energy.flat ? "flat" : "currents";
  json["total_nj"] = energy.total_nj();
  if (!energy.flat) {
    CoreAndIo total = energy.events_nj();
    total += energy.states_nj();
    json["core_nj"] = total.core;
    json["io_nj"] = total.io;
  }
  json["bits_moved"] = energy.bits;
  json["pj_per_bit"] = energy.pj_per_bit();
  json["mean_power_mw"] = energy.mean_power_mw();
  if (energy.flat) return json;
  json["events"] = Json::object();
  for (const EnergyTerm& term : energy.events) {
    json["events"][term.name] = {{"formula", term.formula},          {"count", term.count},
                                 {"device_core_nj", term.each.core}, {"device_io_nj", term.each.io},
                                 {"core_nj", term.nj.core},          {"io_nj", term.nj.io}};
  }
  json["states"] = Json::object();
  for (const EnergyTerm& term : energy.states) {
    json["states"][term.name] = {{"formula", term.formula},          {"clocks_tck", term.count},
                                 {"device_core_mw", term.each.core}, {"device_io_mw", term.each.io},
                                 {"core_nj", term.nj.core},          {"io_nj", term.nj.io}};
  }
  return json;
}

}  // namespace

nlohmann::ordered_json dram_json(const DramConfiguration& configuration,
                                 const DramStatistics& statistics, const DramEnergy& energy) {
  const DramClock covered = statistics.covered_clocks();
  Json json;
  json["organisation"] = organisation_json(configuration);
  json["controller"] = controller_json(configuration.parameters);
  json["bandwidth_gb_s"] = statistics.bandwidth_gb_s();
  json["peak_gb_s"] = statistics.peak_gb_s();
  json["share_of_peak"] = statistics.share_of_peak();
  json["first_request_tck"] =
      statistics.first_request ? Json(*statistics.first_request) : Json(nullptr);
  json["last_data_tck"] = statistics.last_data;
  json["elapsed_tck"] = statistics.elapsed_clocks();
  json["elapsed_ns"] = statistics.nanoseconds(static_cast<double>(statistics.elapsed_clocks()));
  json["owed_refresh_tck"] = statistics.owed_refresh_clocks;
  json["covered_tck"] = covered;
  json["reads"] = statistics.reads;
  json["writes"] = statistics.writes;
  json["bytes_read"] = statistics.bytes_read;
  json["bytes_written"] = statistics.bytes_written;
  json["bytes_read_moved"] = statistics.bytes_read_moved();
  json["bytes_written_moved"] = statistics.bytes_written_moved();
  json["latency"]["read"] = latency_json(statistics, statistics.read_latency);
  json["latency"]["write"] = latency_json(statistics, statistics.write_latency);
  const auto burst = [&](RowOutcome outcome) {
    return latency_json(statistics, statistics.burst_latency[index_of(outcome)]);
  };
  json["burst_latency"]["hit"] = burst(RowOutcome::hit);
  json["burst_latency"]["closed"] = burst(RowOutcome::closed);
  json["burst_latency"]["conflict"] = burst(RowOutcome::conflict);
  add_totals(json, DramTotals(statistics));
  json["channels"] = Json::array();
  for (const ChannelStatistics& channel : statistics.channels) {
    json["channels"].push_back(channel_json(channel, covered));
  }
  json["energy"] = energy_json(energy);
  return json;
}

}  // namespace tensordash
