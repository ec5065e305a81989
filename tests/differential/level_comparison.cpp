#include "tests/differential/level_comparison.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <utility>

#include "platform/run/fast_runner.h"
#include "platform/run/pin_runner.h"
#include "tests/differential/systemc_kernel.h"

namespace tensordash::differential {
namespace {

namespace fs = std::filesystem;

constexpr VerifyRequest all_outputs{VerifyRequest::Kind::all, 0};
constexpr VerifyRequest no_outputs{VerifyRequest::Kind::none, 0};
constexpr VerifyRequest few_outputs{VerifyRequest::Kind::sample, 7};

struct OperationResult {
  OperationReport report;
  std::vector<float> outputs;
};

struct LevelResult {
  std::vector<OperationResult> operations;
  std::string error;  ///< what was thrown or reported
};

/// The case's configuration; its table, if any, lies in a file for as long.
class CaseConfig {
 public:
  explicit CaseConfig(const DifferentialCase& the_case) : config(the_case.config) {
    if (!the_case.table) return;
    std::string name = (fs::temp_directory_path() / "tensordash-table-XXXXXX").string();
    const int file = ::mkstemp(name.data());
    if (file < 0) throw std::runtime_error(name + " cannot be made");
    ::close(file);
    file_ = name;
    const unsigned lanes = config.number("pe.lanes");
    std::ofstream(file_) << the_case.table->yaml(lanes);
    config.set("connectivity", name);
    config.set("pe.lanes", std::to_string(lanes));
  }
  ~CaseConfig() {
    std::error_code ignored;
    if (!file_.empty()) fs::remove(file_, ignored);
  }
  CaseConfig(const CaseConfig&) = delete;
  CaseConfig& operator=(const CaseConfig&) = delete;

  Config config;

 private:
  fs::path file_;
};

void run_all(const DifferentialCase& the_case, OperationRunner& runner, LevelResult& result,
             bool with_outputs = true) {
  runner.begin(the_case.layer);
  for (const Operation operation : the_case.operations) {
    OperationResult& made = result.operations.emplace_back();
    made.report = runner.run(operation, with_outputs ? &made.outputs : nullptr, {});
  }
  runner.finish();
}

LevelResult run_pin(const DifferentialCase& the_case, Config config) {
  LevelResult result;
  SystemCKernel kernel;
  try {
    PinRunner runner(config, {}, all_outputs);
    run_all(the_case, runner, result);
  } catch (const std::exception& error) {
    result.error = error.what();
  }
  if (result.error.empty() && !kernel.complaints().empty()) {
    result.error = kernel.complaints().front();
  }
  return result;
}

LevelResult run_fast(const DifferentialCase& the_case, Config config, const VerifyRequest& verify) {
  LevelResult result;
  try {
    FastRunner runner(config, verify);
    run_all(the_case, runner, result, verify.kind != VerifyRequest::Kind::sample);
  } catch (const std::exception& error) {
    result.error = error.what();
  }
  return result;
}

/// A number of the reports. The clock at which an operation starts is no such: the fast engine has
/// no clock.
struct Figure {
  const char* name;
  std::uint64_t (*of)(const OperationReport& report);
};

using Report = const OperationReport&;
constexpr Figure figures[] = {
    {"steps", [](Report report) { return report.run.steps; }},
    {"cycles", [](Report report) { return report.run.cycles; }},
    {"dense steps", [](Report report) { return report.dense.steps; }},
    {"dense cycles", [](Report report) { return report.dense.cycles; }},
    {"pairs, total", [](Report report) { return report.pairs.total; }},
    {"pairs, effectual", [](Report report) { return report.pairs.effectual; }},
    {"pairs, issued", [](Report report) { return report.issued; }},
    {"zeros, data", [](Report report) { return report.pairs.zeros.data; }},
    {"zeros, spatial padding", [](Report report) { return report.pairs.zeros.spatial_padding; }},
    {"zeros, dilation", [](Report report) { return report.pairs.zeros.dilation; }},
    {"zeros, lane padding", [](Report report) { return report.pairs.zeros.lane_padding; }},
    {"passes", [](Report report) { return report.passes; }},
    {"outputs", [](Report report) { return report.outputs; }},
};

/// A number of the reports on the memory.
struct MemoryFigure {
  const char* name;
  std::uint64_t (*of)(const MemoryReport& report);
};

using Memory = const MemoryReport&;
constexpr MemoryFigure memory_figures[] = {
    {"DRAM bytes read", [](Memory of) { return of.traffic.dram_read_bytes; }},
    {"DRAM directory bytes", [](Memory of) { return of.traffic.dram_directory_bytes; }},
    {"DRAM bytes written", [](Memory of) { return of.traffic.dram_write_bytes; }},
    {"DRAM bursts", [](Memory of) { return of.traffic.dram_bursts; }},
    {"DRAM row hits", [](Memory of) { return of.traffic.dram_row_hits; }},
    {"groups loaded, B", [](Memory of) { return of.traffic.loaded_groups[0]; }},
    {"groups loaded, A", [](Memory of) { return of.traffic.loaded_groups[1]; }},
    {"groups transposed", [](Memory of) { return of.traffic.transposed_groups; }},
    {"SRAM rows written, B", [](Memory of) { return of.traffic.sram_writes[0]; }},
    {"SRAM rows written, A", [](Memory of) { return of.traffic.sram_writes[1]; }},
    {"SRAM rows read, B", [](Memory of) { return of.traffic.sram_reads[0]; }},
    {"SRAM rows read, A", [](Memory of) { return of.traffic.sram_reads[1]; }},
    {"bank conflicts, B", [](Memory of) { return of.traffic.bank_conflicts[0]; }},
    {"bank conflicts, A", [](Memory of) { return of.traffic.bank_conflicts[1]; }},
    {"clocks of fetches, B", [](Memory of) { return of.traffic.fetch_clocks[0]; }},
    {"clocks of fetches, A", [](Memory of) { return of.traffic.fetch_clocks[1]; }},
    {"scratchpad rows written", [](Memory of) { return of.traffic.scratchpad_writes; }},
    {"scratchpad rows read", [](Memory of) { return of.traffic.scratchpad_reads; }},
    {"results into CM", [](Memory of) { return of.traffic.result_writes; }},
    {"results out of CM", [](Memory of) { return of.traffic.result_reads; }},
    {"write-back", [](Memory of) { return of.write_back; }},
    {"dense write-back", [](Memory of) { return of.dense_write_back; }},
};

/// Lines on what differs in one operation.
class OperationComparison {
 public:
  OperationComparison(const OperationResult& pin, const OperationResult& fast)
      : pin_(pin), fast_(fast), operation_(name_of(pin.report.operation)) {}

  std::string lines() {
    const OperationReport& pin = pin_.report;
    const OperationReport& fast = fast_.report;
    compare("operation", name_of(pin.operation), name_of(fast.operation));
    compare("sparse operand", name_of(pin.sparse), name_of(fast.sparse));
    for (const Figure& figure : figures) compare(figure.name, figure.of(pin), figure.of(fast));
    for (const LedgerCategory& category : ledger_categories()) {
      compare(fmt::format("ledger, {}", category.name), pin.ledger.*category.count,
              fast.ledger.*category.count);
    }
    compare_memory();
    compare("verified", text_of(pin.verify), text_of(fast.verify));
    judge("pin", pin.verdict, pin.outputs);
    judge("pin, dense", pin.dense_verdict, pin.outputs);
    judge("fast", fast.verdict, fast.outputs);
    if (fast.dense_verdict) judge("fast, dense", fast.dense_verdict, fast.outputs);
    compare_outputs("output bits", fast_.outputs);
    return std::exchange(lines_, {});
  }

  /// The fast engine goes other ways when it does not verify all that it computes.
  std::string lines_of_others(const OperationResult& unverified, const OperationResult& sampled) {
    compare_outputs("output bits, fast not verified", unverified.outputs);
    judge("fast, sampled", sampled.report.verdict, few_outputs.checks(sampled.report.outputs));
    return std::exchange(lines_, {});
  }

 private:
  void add(const std::string& line) { lines_ += fmt::format("{}: {}\n", operation_, line); }

  template <typename Value>
  void compare(const std::string& what, const Value& pin, const Value& fast) {
    if (pin != fast) add(fmt::format("{}: pin {}, fast {}", what, pin, fast));
  }

  void compare_memory() {
    const auto& pin = pin_.report.memory;
    const auto& fast = fast_.report.memory;
    compare("memory in the report", pin.has_value(), fast.has_value());
    if (!pin || !fast) return;
    for (const MemoryFigure& figure : memory_figures) {
      compare(figure.name, figure.of(*pin), figure.of(*fast));
    }
    if (!(pin->traffic == fast->traffic)) add("traffic: differs");
    compare("limited by", pin->limited_by, fast->limited_by);
    compare("dense limited by", pin->dense_limited_by, fast->dense_limited_by);
    compare_side("B", pin->b, fast->b);
    compare_side("A", pin->a, fast->a);
  }

  void compare_side(const std::string& side, const SideMapping& pin, const SideMapping& fast) {
    compare("tensor of side " + side, pin.tensor, fast.tensor);
    compare("residency of side " + side, pin.residency, fast.residency);
    compare("scratchpads of side " + side, pin.scratchpad, fast.scratchpad);
    compare("transposed, side " + side, pin.transposed, fast.transposed);
    compare("raw bytes of side " + side, pin.raw_bytes, fast.raw_bytes);
    compare("stored bytes of side " + side, pin.stored_bytes, fast.stored_bytes);
    compare("payload bytes of side " + side, pin.payload_bytes, fast.payload_bytes);
  }

  void judge(const char* level, const std::optional<golden::Verdict>& verdict,
             std::uint64_t outputs) {
    if (!verdict) return add(fmt::format("{}: no verdict", level));
    if (verdict->checked != outputs) {
      add(fmt::format("{}: {} of {} outputs checked", level, verdict->checked, outputs));
    }
    if (verdict->mismatches == 0) return;
    add(fmt::format("{}: {} of {} outputs differ from golden; {}", level, verdict->mismatches,
                    outputs, verdict->first));
  }

  void compare_outputs(const char* what, const std::vector<float>& fast) {
    const std::vector<float>& pin = pin_.outputs;
    if (pin.size() != fast.size()) {
      return compare("values in the output tensor", pin.size(), fast.size());
    }
    std::size_t differing = 0;
    std::string first;
    for (std::size_t at = 0; at < pin.size(); ++at) {
      std::uint32_t pin_bits = 0, fast_bits = 0;
      std::memcpy(&pin_bits, &pin[at], sizeof pin_bits);
      std::memcpy(&fast_bits, &fast[at], sizeof fast_bits);
      if (pin_bits == fast_bits || differing++ > 0) continue;
      first = fmt::format("[{}]: pin {:#010x} ({}), fast {:#010x} ({})", at, pin_bits, pin[at],
                          fast_bits, fast[at]);
    }
    if (differing == 0) return;
    add(fmt::format("{}: {} of {} differ, first {}", what, differing, pin.size(), first));
  }

  const OperationResult& pin_;
  const OperationResult& fast_;
  const std::string operation_;
  std::string lines_;
};

}  // namespace

std::string differences(const DifferentialCase& the_case) {
  const CaseConfig made(the_case);
  const LevelResult pin = run_pin(the_case, made.config);
  const LevelResult fast = run_fast(the_case, made.config, all_outputs);
  if (!pin.error.empty() && pin.error == fast.error) throw RefusedCase(pin.error);
  if (!pin.error.empty() || !fast.error.empty()) {
    const auto end = [](const std::string& error) { return error.empty() ? "ran" : error; };
    return fmt::format("end: pin {}, fast {}\n", end(pin.error), end(fast.error));
  }
  const LevelResult unverified = run_fast(the_case, made.config, no_outputs);
  const LevelResult sampled = run_fast(the_case, made.config, few_outputs);
  const std::string error = unverified.error + sampled.error;
  if (!error.empty())
    return fmt::format("end of the fast engine when it verifies less: {}\n", error);
  std::string lines;
  for (std::size_t at = 0; at < pin.operations.size(); ++at) {
    OperationComparison comparison(pin.operations[at], fast.operations[at]);
    lines += comparison.lines();
    lines += comparison.lines_of_others(unverified.operations[at], sampled.operations[at]);
  }
  return lines;
}

}  // namespace tensordash::differential
