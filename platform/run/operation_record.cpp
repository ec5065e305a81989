#include "platform/run/operation_record.h"

namespace tensordash {
namespace {

using nlohmann::json;

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
  for (const LedgerCategory& category : ledger_categories()) {
    visitor("ledger_" + std::string(category.name), report.ledger.*category.count);
  }
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
