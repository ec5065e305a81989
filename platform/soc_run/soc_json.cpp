#include "platform/soc_run/soc_json.h"

#include "platform/run/settings_json.h"

namespace tensordash {
namespace {

using Json = nlohmann::ordered_json;

Json figures_json(const SocFigures& figures) {
  return {{"clocks", figures.clocks},
          {"cycles", figures.cycles},
          {"steps", figures.steps},
          {"issued", figures.issued},
          {"read_bytes", figures.read_bytes},
          {"written_bytes", figures.written_bytes},
          {"read_requests", figures.read_requests},
          {"write_requests", figures.write_requests},
          {"values", figures.values},
          {"zeros", figures.zeros}};
}

Json operation_json(const SocOperation& operation) {
  Json json = figures_json(operation.figures);
  json["sparse_operand"] = name_of(operation.sparse);
  json["stalls"] = operation.stalls();
  json["conversions"] = figures_json(operation.conversions);
  json["ended_ps"] = operation.ended_ps;
  const std::optional<bool> verified = operation.verified();
  json["verified"] = verified ? Json(*verified) : Json(nullptr);
  json["verify"] = {{"mode", text_of(operation.verify)},
                    {"checked", operation.verdict ? operation.verdict->checked : 0},
                    {"outputs", operation.outputs}};
  json["mismatches"] = operation.verdict ? operation.verdict->mismatches : 0;
  json["different_from_fast"] = operation.different;
  if (operation.verdict && !operation.verdict->first.empty()) {
    json["first_mismatch"] = operation.verdict->first;
  }
  return json;
}

}  // namespace

nlohmann::ordered_json soc_json(const SocReport& report) {
  const SocRequest& request = report.request;
  Json json;
  json["format"] = "tensordash-soc/1";
  json["trace"] = report.trace;
  json["model"] = report.model;
  json["epoch"] = report.epoch;
  if (!report.synthetic.empty()) json["synthetic"] = report.synthetic;
  json["transport"] = name_of(request.transport);
  json["level"] = name_of(request.level);
  json["quantum_ns"] = request.quantum_ns;
  json["dmi"] = request.dmi;
  json["wait"] = name_of(request.wait);
  json["plain"] = request.plain;
  json["config"] = settings_json(request.run.config, config_keys());
  json["layers"] = Json::array();
  SocFigures all;
  for (const SocLayer& layer : report.layers) {
    Json entry;
    entry["name"] = layer.name;
    entry["operations"] = Json::object();
    for (const SocOperation& operation : layer.operations) {
      entry["operations"][std::string(name_of(operation.operation))] = operation_json(operation);
      all.add(operation.figures);
    }
    json["layers"].push_back(std::move(entry));
  }
  json["totals"] = figures_json(all);
  const std::optional<bool> verified = report.verified();
  json["totals"]["verified"] = verified ? Json(*verified) : Json(nullptr);
  return json;
}

}  // namespace tensordash
