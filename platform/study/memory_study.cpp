#include "platform/study/memory_study.h"

#include <fmt/format.h>

#include "platform/run/trace_run.h"
#include "platform/text/text_table.h"

namespace tensordash {
namespace {

double ratio(std::uint64_t one, std::uint64_t other) {
  return other == 0 ? 0 : static_cast<double>(one) / static_cast<double>(other);
}

StudyResult result_of(const StudyPoint& point, const RunReport& report) {
  StudyResult result;
  result.point = point;
  for (const LayerReport& layer : report.layers) {
    for (const OperationReport& operation : layer.operations) {
      result.steps += operation.run.steps + fill_cycles();
      result.dense_steps += operation.dense.steps + fill_cycles();
      result.cycles += operation.run.cycles;
      result.dense_cycles += operation.dense.cycles;
      if (!operation.memory) continue;
      result.dram_read_bytes += operation.memory->traffic.dram_read_bytes;
      result.dram_write_bytes += operation.memory->traffic.dram_write_bytes;
      ++result.limited_by[operation.memory->limited_by];
    }
  }
  return result;
}

std::string limits(const StudyResult& result) {
  if (!result.refused.empty()) return "cannot be";
  std::string text;
  for (const auto& [resource, operations] : result.limited_by) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", resource, operations);
  }
  return text;
}

}  // namespace

const std::vector<StudyPoint>& memory_study_points() {
  static const std::vector<StudyPoint> points = {
      {"as configured", {}},
      {"SRAM banks of 2 rows a clock", {"sram.rows_per_clock=2"}},
      {"SRAM banks of 3 rows a clock", {"sram.rows_per_clock=3"}},
      {"scratchpad banks of 512 bytes", {"scratchpad.bank_bytes=512"}},
      {"scratchpad banks of 4 KB", {"scratchpad.bank_bytes=4096"}},
      {"scratchpad banks of 16 KB", {"scratchpad.bank_bytes=16384"}},
      {"x32 channels", {"dram.width=32"}},
      {"1 transposer", {"transposers=1"}},
      {"4 transposers", {"transposers=4"}},
      {"3 rows a clock and x32", {"sram.rows_per_clock=3", "dram.width=32"}},
      {"3 rows, x32, scratchpads of 4 KB banks",
       {"sram.rows_per_clock=3", "dram.width=32", "scratchpad.bank_bytes=4096"}},
      {"no zero compression", {"zero_compression=off"}},
  };
  return points;
}

double StudyResult::ideal_speedup() const {
  return ratio(dense_steps, steps);
}

double StudyResult::speedup() const {
  return ratio(dense_cycles, cycles);
}

double StudyResult::slowdown() const {
  return ratio(cycles, steps);
}

std::vector<StudyResult> run_memory_study(
    const RunRequest& request, const std::vector<StudyPoint>& points,
    const std::function<void(std::size_t, const StudyPoint&)>& progress) {
  std::vector<StudyResult> results;
  for (const StudyPoint& point : points) {
    if (progress) progress(results.size(), point);
    RunRequest changed = request;
    changed.level = "fast";
    changed.verify = {VerifyRequest::Kind::none, 0};
    changed.config.set("memory", "modelled");
    for (const std::string& setting : point.settings) changed.config.set_assignment(setting);
    const auto refused = [&](const std::exception& problem) {
      results.emplace_back();
      results.back().point = point;
      results.back().refused = problem.what();
    };
    try {
      results.push_back(result_of(point, run_trace(std::move(changed))));
    } catch (const ConfigError& problem) {
      // The configuration of the request itself has to be possible.
      if (results.empty()) throw;
      refused(problem);
    } catch (const RequestError& problem) {
      if (results.empty()) throw;
      refused(problem);
    }
  }
  return results;
}

std::string study_table(const std::vector<StudyResult>& results) {
  std::vector<TextRow> rows = {{"configuration", "operations limited by", "cycles", "dense cycles",
                                "speedup", "ideal", "slowdown", "MB read", "MB written"}};
  std::string reasons;
  for (const StudyResult& result : results) {
    if (!result.refused.empty()) {
      rows.push_back({result.point.label, limits(result), "-", "-", "-", "-", "-", "-", "-"});
      reasons += fmt::format("{}: {}\n", result.point.label, result.refused);
      continue;
    }
    rows.push_back({result.point.label, limits(result), grouped(result.cycles),
                    grouped(result.dense_cycles), fmt::format("{:.2f}x", result.speedup()),
                    fmt::format("{:.2f}x", result.ideal_speedup()),
                    fmt::format("{:.2f}x", result.slowdown()),
                    fmt::format("{:.1f}", static_cast<double>(result.dram_read_bytes) / 1e6),
                    fmt::format("{:.1f}", static_cast<double>(result.dram_write_bytes) / 1e6)});
  }
  return text_table(rows, 2, rows.size()) + (reasons.empty() ? "" : "\n" + reasons);
}

std::string study_csv(const std::vector<StudyResult>& results) {
  std::string text =
      "configuration,settings,cycles,dense_cycles,ideal_cycles,ideal_dense_cycles,speedup,"
      "ideal_speedup,dram_read_bytes,dram_write_bytes,limited_by\n";
  for (const StudyResult& result : results) {
    text +=
        fmt::format("\"{}\",\"{}\",{},{},{},{},{:.6f},{:.6f},{},{},\"{}\"\n", result.point.label,
                    fmt::join(result.point.settings, " "), result.cycles, result.dense_cycles,
                    result.steps, result.dense_steps, result.speedup(), result.ideal_speedup(),
                    result.dram_read_bytes, result.dram_write_bytes, limits(result));
  }
  return text;
}

}  // namespace tensordash
