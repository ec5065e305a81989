#include "platform/run/report_json.h"
#include "platform/run/settings_json.h"

#include <array>

namespace tensordash {
namespace {

using Json = nlohmann::ordered_json;

Json ratio(std::uint64_t dense, std::uint64_t sparse, std::uint64_t steps) {
  if (steps == 0 || sparse == 0) return nullptr;
  return static_cast<double>(dense) / static_cast<double>(sparse);
}

Json ledger_json(const CycleLedger& ledger) {
  Json json;
  for (const LedgerCategory& category : ledger_categories()) {
    json[std::string(category.name)] = ledger.*category.count;
  }
  json["total"] = ledger.total();
  return json;
}

template <typename Value>
Json or_null(const std::optional<Value>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json operation_json(const Totals& totals) {
  Json json;
  json["steps"] = totals.steps;
  json["dense_steps"] = totals.dense_steps;
  json["step_speedup"] = ratio(totals.dense_steps, totals.steps, totals.steps);
  json["cycles"] = totals.cycles;
  json["dense_cycles"] = totals.dense_cycles;
  json["fill_cycles"] = totals.fill_cycles;
  json["passes"] = totals.passes;
  json["speedup"] = ratio(totals.dense_cycles, totals.cycles, totals.steps);
  json["macs"] = {{"total", totals.pairs.total},
                  {"effectual", totals.pairs.effectual},
                  {"issued", totals.issued}};
  json["zeros"] = {{"data", totals.pairs.zeros.data},
                   {"spatial_padding", totals.pairs.zeros.spatial_padding},
                   {"dilation", totals.pairs.zeros.dilation},
                   {"lane_padding", totals.pairs.zeros.lane_padding}};
  json["ledger"] = ledger_json(totals.ledger);
  json["verified"] = or_null(totals.verified);
  json["verify"] = {
      {"mode", totals.verify_mode}, {"checked", totals.checked}, {"outputs", totals.outputs}};
  json["mismatches"] = totals.mismatches;
  json["dense_mismatches"] = or_null(totals.dense_mismatches);
  return json;
}

Json shape_json(const LayerShape& shape) {
  Json json = {{"N", shape.N}, {"C", shape.C}, {"M", shape.M}, {"H", shape.H}, {"W", shape.W},
               {"R", shape.R}, {"S", shape.S}, {"P", shape.P}, {"Q", shape.Q}};
  json["stride"] = shape.stride;
  json["padding"] = shape.padding;
  json["dilation"] = shape.dilation;
  json["groups"] = shape.groups;
  json["kind"] = shape.linear ? "linear" : "conv2d";
  return json;
}

Json side_json(const SideMapping& side) {
  return {{"tensor", side.tensor},
          {"residency", side.residency},
          {"scratchpad", side.scratchpad},
          {"transposed", side.transposed},
          {"raw_bytes", side.raw_bytes},
          {"stored_bytes", side.stored_bytes},
          {"payload_bytes", side.payload_bytes}};
}

Json traffic_json(const MemoryTraffic& traffic) {
  Json json;
  json["dram_read_bytes"] = traffic.dram_read_bytes;
  json["dram_directory_bytes"] = traffic.dram_directory_bytes;
  json["dram_write_bytes"] = traffic.dram_write_bytes;
  json["dram_bursts"] = traffic.dram_bursts;
  json["dram_row_hits"] = traffic.dram_row_hits;
  json["loaded_groups"] = traffic.loaded_groups[0] + traffic.loaded_groups[1];
  json["transposed_groups"] = traffic.transposed_groups;
  json["sram_writes"] = {{"b", traffic.sram_writes[0]}, {"a", traffic.sram_writes[1]}};
  json["sram_reads"] = {{"b", traffic.sram_reads[0]}, {"a", traffic.sram_reads[1]}};
  json["bank_conflicts"] = {{"b", traffic.bank_conflicts[0]}, {"a", traffic.bank_conflicts[1]}};
  json["fetch_clocks"] = {{"b", traffic.fetch_clocks[0]}, {"a", traffic.fetch_clocks[1]}};
  json["scratchpad_writes"] = traffic.scratchpad_writes;
  json["scratchpad_reads"] = traffic.scratchpad_reads;
  json["result_writes"] = traffic.result_writes;
  json["result_reads"] = traffic.result_reads;
  json["partial_writes"] = traffic.partial_writes;
  json["partial_reads"] = traffic.partial_reads;
  return json;
}

/// The clocks that the memory adds, and the speedup without them; null with ideal memory.
Json stalls_json(const Totals& totals) {
  if (!totals.with_memory) return nullptr;
  Json json;
  json["stalls"] = totals.cycles - totals.ideal_cycles();
  json["dense_stalls"] = totals.dense_cycles - totals.dense_ideal_cycles();
  json["ideal_speedup"] = ratio(totals.dense_ideal_cycles(), totals.ideal_cycles(), totals.steps);
  return json;
}

/// What the memory adds to an operation, or null without one.
Json memory_json(const OperationReport& report, const Totals& totals) {
  if (!report.memory) return nullptr;
  const MemoryReport& memory = *report.memory;
  Json json = stalls_json(totals);
  json["write_back_cycles"] = memory.write_back;
  json["dense_write_back_cycles"] = memory.dense_write_back;
  json["limited_by"] = memory.limited_by;
  json["dense_limited_by"] = memory.dense_limited_by;
  json["mapping"] = {{"b", side_json(memory.b)}, {"a", side_json(memory.a)}};
  json["traffic"] = traffic_json(memory.traffic);
  return json;
}

Json layer_operation_json(const OperationReport& report, std::uint64_t multipliers) {
  Totals totals;
  totals.add(report);
  Json json;
  json["sparse_operand"] = name_of(report.sparse);
  json.update(operation_json(totals));
  json["verify"]["mode"] = text_of(report.verify);
  json["first_cycle"] = report.run.first_cycle;
  json["dense_first_cycle"] = report.dense.first_cycle;
  json["memory"] = memory_json(report, totals);
  json["reduction_rows"] = report.reduction_rows;
  json["power_gated"] = report.gated;
  if (report.gated) json["power_gating_reason"] = report.gating_reason;
  json["utilisation"] = ratio(report.pairs.effectual, report.run.cycles * multipliers, 1);
  const auto add_first = [&](const char* key, const std::optional<golden::Verdict>& verdict) {
    if (verdict && !verdict->first.empty()) json[key] = verdict->first;
  };
  add_first("first_mismatch", report.verdict);
  add_first("dense_first_mismatch", report.dense_verdict);
  return json;
}

Json totals_json(const Totals& totals) {
  Json json = operation_json(totals);
  json["memory"] = stalls_json(totals);
  return json;
}

}  // namespace

nlohmann::ordered_json report_json(const RunReport& report) {
  Json json;
  json["format"] = "tensordash-report/1";
  json["level"] = report.level;
  json["trace"] = report.trace;
  json["model"] = report.model;
  json["epoch"] = report.epoch;
  if (!report.synthetic.empty()) json["synthetic"] = report.synthetic;
  json["config"] = settings_json(report.config, config_keys());
  json["layers"] = Json::array();
  std::array<Totals, std::size(all_operations)> by_operation;
  std::array<bool, std::size(all_operations)> ran{};
  Totals all;
  for (const LayerReport& layer : report.layers) {
    Json entry = {{"name", layer.name}, {"shape", shape_json(layer.shape)}};
    entry["operations"] = Json::object();
    for (const OperationReport& operation : layer.operations) {
      entry["operations"][std::string(name_of(operation.operation))] =
          layer_operation_json(operation, report.multipliers());
      const auto index = static_cast<std::size_t>(operation.operation);
      by_operation[index].add(operation);
      ran[index] = true;
      all.add(operation);
    }
    json["layers"].push_back(std::move(entry));
  }
  json["totals"] = Json::object();
  for (const Operation operation : all_operations) {
    const auto index = static_cast<std::size_t>(operation);
    if (ran[index]) {
      json["totals"][std::string(name_of(operation))] = totals_json(by_operation[index]);
    }
  }
  json["totals"]["all"] = totals_json(all);
  return json;
}

}  // namespace tensordash
