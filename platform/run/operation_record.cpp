#include "platform/run/operation_record.h"

namespace tensordash {
namespace {

using nlohmann::json;

template <typename Mapping, typename Visitor>
void visit_side(const std::string& side, Mapping& mapping, Visitor& visitor) {
  visitor(side + "_tensor", mapping.tensor);
  visitor(side + "_residency", mapping.residency);
  visitor(side + "_scratchpad", mapping.scratchpad);
  visitor(side + "_transposed", mapping.transposed);
  visitor(side + "_raw_bytes", mapping.raw_bytes);
  visitor(side + "_stored_bytes", mapping.stored_bytes);
  visitor(side + "_payload_bytes", mapping.payload_bytes);
}

template <typename Memory, typename Visitor>
void visit_memory(Memory& memory, Visitor& visitor) {
  visit_side("b", memory.b, visitor);
  visit_side("a", memory.a, visitor);
  visitor("write_back", memory.write_back);
  visitor("dense_write_back", memory.dense_write_back);
  visitor("limited_by", memory.limited_by);
  visitor("dense_limited_by", memory.dense_limited_by);
  auto& traffic = memory.traffic;
  visitor("dram_read_bytes", traffic.dram_read_bytes);
  visitor("dram_directory_bytes", traffic.dram_directory_bytes);
  visitor("dram_write_bytes", traffic.dram_write_bytes);
  visitor("dram_bursts", traffic.dram_bursts);
  visitor("dram_row_hits", traffic.dram_row_hits);
  visitor("loaded_groups", traffic.loaded_groups);
  visitor("transposed_groups", traffic.transposed_groups);
  visitor("sram_writes", traffic.sram_writes);
  visitor("sram_reads", traffic.sram_reads);
  visitor("bank_conflicts", traffic.bank_conflicts);
  visitor("scratchpad_writes", traffic.scratchpad_writes);
  visitor("scratchpad_reads", traffic.scratchpad_reads);
  visitor("result_writes", traffic.result_writes);
  visitor("result_reads", traffic.result_reads);
  visitor("partial_writes", traffic.partial_writes);
  visitor("partial_reads", traffic.partial_reads);
  visitor("fetch_clocks", traffic.fetch_clocks);
}

/// Shows every member of a report, const or not, with its name: one list for both directions.
template <typename Report, typename Visitor>
void visit(Report& report, Visitor& visitor) {
  visitor("operation", report.operation);
  visitor("sparse", report.sparse);
  visitor("first_cycle", report.run.first_cycle);
  visitor("steps", report.run.steps);
  visitor("cycles", report.run.cycles);
  visitor("dense_first_cycle", report.dense.first_cycle);
  visitor("dense_steps", report.dense.steps);
  visitor("dense_cycles", report.dense.cycles);
  visitor("pairs", report.pairs.total);
  visitor("effectual", report.pairs.effectual);
  visitor("zeros_data", report.pairs.zeros.data);
  visitor("zeros_spatial_padding", report.pairs.zeros.spatial_padding);
  visitor("zeros_dilation", report.pairs.zeros.dilation);
  visitor("zeros_lane_padding", report.pairs.zeros.lane_padding);
  visitor("issued", report.issued);
  visitor("outputs", report.outputs);
  visitor("passes", report.passes);
  visitor("reduction_rows", report.reduction_rows);
  for (const LedgerCategory& category : ledger_categories()) {
    visitor("ledger_" + std::string(category.name), report.ledger.*category.count);
  }
  visitor("gated", report.gated);
  visitor("gating_reason", report.gating_reason);
  visitor("memory", report.memory);
  visitor("verify", report.verify.kind);
  visitor("verify_count", report.verify.count);
  visitor("verdict", report.verdict);
  visitor("dense_verdict", report.dense_verdict);
}

json verdict_json(const std::optional<golden::Verdict>& verdict) {
  if (!verdict) return nullptr;
  return {{"checked", verdict->checked},
          {"mismatches", verdict->mismatches},
          {"first", verdict->first}};
}

struct Writer {
  json& record;

  template <typename Value>
  void operator()(const std::string& name, const Value& value) {
    record[name] = value;
  }
  void operator()(const std::string& name, const std::optional<golden::Verdict>& verdict) {
    record[name] = verdict_json(verdict);
  }
  void operator()(const std::string& name, const std::optional<MemoryReport>& memory) {
    json inner;
    if (memory) {
      Writer writer{inner};
      visit_memory(*memory, writer);
    }
    record[name] = inner;
  }
};

struct Reader {
  const json& record;

  template <typename Value>
  void operator()(const std::string& name, Value& value) {
    record.at(name).get_to(value);
  }
  void operator()(const std::string& name, std::optional<golden::Verdict>& verdict) {
    const json& value = record.at(name);
    if (value.is_null()) return;
    verdict = golden::Verdict{value.at("checked"), value.at("mismatches"), value.at("first")};
  }
  void operator()(const std::string& name, std::optional<MemoryReport>& memory) {
    const json& value = record.at(name);
    if (value.is_null()) return;
    Reader reader{value};
    visit_memory(memory.emplace(), reader);
  }
};

}  // namespace

json record_of(const OperationReport& report) {
  json record;
  Writer writer{record};
  visit(report, writer);
  return record;
}

OperationReport operation_of_record(const json& record) {
  OperationReport report;
  Reader reader{record};
  visit(report, reader);
  return report;
}

}  // namespace tensordash
