#include "tests/differential/failure.h"

#include <fmt/format.h>

#include <fstream>

#include "models/trace/trace_writer.h"
#include "tests/differential/level_comparison.h"
#include "tests/differential/random_case.h"
#include "tests/differential/shrinker.h"

namespace tensordash::differential {
namespace {

namespace fs = std::filesystem;

bool differs(const DifferentialCase& the_case) {
  try {
    return !differences(the_case).empty();
  } catch (const RefusedCase&) {
    return false;
  }
}

/// A folder that is not there yet.
fs::path new_folder(const fs::path& parent, std::uint64_t seed) {
  fs::path folder = parent / fmt::format("seed-{}", seed);
  for (unsigned next = 2; fs::exists(folder); ++next) {
    folder = parent / fmt::format("seed-{}-{}", seed, next);
  }
  return folder;
}

}  // namespace

std::string write_case(const DifferentialCase& the_case, const fs::path& folder) {
  TraceWriter writer(folder);
  writer.add(the_case.layer);
  writer.finish("differential", 0, {{"seed", the_case.seed}});
  const fs::path table_file = folder / "table.yaml";
  if (the_case.table) {
    std::ofstream(table_file) << the_case.table->yaml(the_case.config.number("pe.lanes"));
  }
  std::string operations;
  for (const Operation operation : the_case.operations) {
    operations += fmt::format(" --op {}", name_of(operation));
  }
  std::string lines;
  for (const char* level : {"pin", "fast"}) {
    lines +=
        fmt::format("tensordash run {}{} {} --verify all --explain --level {}\n", folder.string(),
                    operations, set_words(the_case, table_file.string()), level);
  }
  return lines;
}

std::string failure_report(const DifferentialCase& the_case, const std::string& difference,
                           const fs::path& parent) {
  const ShrunkCase shrunk = shrink(the_case, differs);
  const std::string commands = write_case(shrunk.smallest, new_folder(parent, the_case.seed));
  return fmt::format(
      "Pin level and fast engine differ:\n{}{}\n"
      "The smallest case like it ({} were tried):\n{}{}\n{}",
      text_of(the_case), difference, shrunk.runs, text_of(shrunk.smallest),
      differences(shrunk.smallest), commands);
}

std::string failure_of(std::uint64_t seed, const fs::path& parent) {
  const DifferentialCase the_case = random_case(seed);
  try {
    const std::string difference = differences(the_case);
    return difference.empty() ? "" : failure_report(the_case, difference, parent);
  } catch (const RefusedCase&) {
    if (the_case.config.text("nonfinite") == "refuse" && has_nonfinite(the_case)) return "";
    // A layer that does not fit a small memory fits the usual one.
    if (the_case.config.text("memory") == "modelled") {
      DifferentialCase usual = the_case;
      for (const KeyDescription& key : config_keys()) {
        const std::string name(key.name);
        const bool of_size = name.rfind("sram.", 0) == 0 || name.rfind("scratchpad.", 0) == 0;
        if (of_size || name == "dma.outstanding") usual.config.set(name, std::string(key.initial));
      }
      const std::string difference = differences(usual);
      return difference.empty() ? "" : failure_report(usual, difference, parent);
    }
    throw;  // a case that nobody can run compares nothing
  }
}

}  // namespace tensordash::differential
