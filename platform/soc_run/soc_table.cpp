#include "platform/soc_run/soc_table.h"

#include <fmt/format.h>

#include "platform/text/text_table.h"

namespace tensordash {
namespace {

struct Sums {
  SocFigures figures;
  std::uint64_t stalls = 0, conversions = 0;
  std::uint64_t outputs = 0, checked = 0, wrong = 0;
  bool right = true;

  void add(const SocOperation& operation) {
    figures.add(operation.figures);
    stalls += operation.stalls();
    conversions += operation.conversions.clocks;
    outputs += operation.outputs;
    if (operation.verdict) {
      checked += operation.verdict->checked;
      wrong += std::max(operation.verdict->mismatches, operation.different);
    }
    right = right && operation.verified().value_or(true);
  }

  std::string verified() const {
    if (!right) return fmt::format("{} WRONG", grouped(wrong));
    if (checked == 0) return "none";
    if (checked == outputs) return fmt::format("all {}", grouped(outputs));
    return fmt::format("{} of {}", grouped(checked), grouped(outputs));
  }

  TextRow row(const std::string& layer, std::string_view operation, std::string_view sparse,
              bool plain) const {
    TextRow row = {layer,
                   std::string(operation),
                   std::string(sparse),
                   grouped(figures.steps),
                   grouped(figures.cycles),
                   grouped(stalls),
                   grouped(figures.read_bytes),
                   grouped(figures.written_bytes)};
    if (plain) row.push_back(grouped(conversions));
    row.push_back(verified());
    return row;
  }
};

constexpr std::size_t text_columns = 3;

}  // namespace

std::string soc_table(const SocReport& report) {
  const SocRequest& request = report.request;
  const Config& config = request.run.config;
  const std::string epoch =
      report.synthetic.empty() ? fmt::format(", epoch {}", report.epoch) : std::string();
  std::string text = fmt::format(
      "{}{}: on a system with {} tiles of {}x{} PEs; {} operands; transport {}, level {}, quantum "
      "{} ns, DMI {}, host waits by {}\n",
      report.model, epoch, config.number("tiles"), config.number("tile.rows"),
      config.number("tile.columns"), config.text("dtype"), name_of(request.transport),
      name_of(request.level), grouped(request.quantum_ns), request.dmi ? "on" : "off",
      name_of(request.wait));
  if (!report.synthetic.empty()) text += report.synthetic + "\n";
  TextRow heads = {"layer",  "operation", "side B",     "steps",
                   "cycles", "stalls",    "bytes read", "bytes written"};
  if (request.plain) heads.emplace_back("conversion clocks");
  heads.emplace_back("verified");
  std::vector<TextRow> rows = {std::move(heads)};
  Sums all;
  std::string first;
  for (const SocLayer& layer : report.layers) {
    std::string name = layer.name;
    for (const SocOperation& operation : layer.operations) {
      Sums one;
      one.add(operation);
      all.add(operation);
      rows.push_back(
          one.row(name, name_of(operation.operation), name_of(operation.sparse), request.plain));
      name.clear();
      if (operation.verdict && !operation.verdict->first.empty()) {
        first += fmt::format("{} {}: {}\n", layer.name, name_of(operation.operation),
                             operation.verdict->first);
      }
    }
  }
  const std::size_t totals_from = rows.size();
  rows.push_back(all.row("total", "all", "", request.plain));
  text += "\n" + text_table(rows, text_columns, totals_from) + "\n";
  if (!report.verified()) {
    text += fmt::format("None of {} outputs was verified.\n", grouped(all.outputs));
  } else {
    text += fmt::format(
        "{} of {} outputs read back from memory verified bit for bit against the golden and the "
        "fast engine: {}.\n",
        grouped(all.checked), grouped(all.outputs),
        *report.verified() ? all.checked == all.outputs ? "all right" : "no difference"
                           : "NOT ALL RIGHT");
  }
  return text + first;
}

}  // namespace tensordash
