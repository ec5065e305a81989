#include "platform/cli/study_options.h"

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <memory>

#include "models/trace/atomic_file.h"
#include "platform/run/interrupt.h"
#include "platform/run/source.h"
#include "platform/study/footprint_study.h"
#include "platform/study/memory_study.h"

namespace tensordash {

void StudyOptions::declare(CLI::App& study) {
  study.add_option("name", name, "The study: memory or footprint")->required()->type_name("STUDY");
  study.add_option("source", source, "A network's name, or a trace; unsaid, resnet50")
      ->type_name("NETWORK|TRACE");
  study.add_option("--layer", layers, "This layer only; may be repeated")
      ->allow_extra_args(false)
      ->type_name("NAME");
  study
      .add_option("--op", operations,
                  "This operation only, in footprint the tensors that it reads; may be repeated")
      ->allow_extra_args(false)
      ->type_name("NAME");
  study.add_option("--config", config, "YAML file of configuration keys")->type_name("FILE");
  study.add_option("--set", settings, "key=value, for every configuration of the study")
      ->allow_extra_args(false)
      ->type_name("KEY=VALUE");
  study.add_option("--csv", csv, "Write the figures to this file; - for standard output")
      ->type_name("FILE|-");
  synthetic.declare(study);
  study.footer(
      "A network has one sample unless --batch says.\n\n"
      "memory: bank width of the SRAMs, size of the scratchpads, width of the DRAM channels and "
      "transposers,\none by one and together: speedup with modelled memory beside that of ideal "
      "memory, and what limits.\n\n"
      "footprint: what the tensors take in memory, dense, zero-masked and in scheduled form "
      "(paper, section 3.6).\n\n"
      "Examples:\n"
      "  tensordash study memory\n"
      "      ResNet-50, one sample\n"
      "  tensordash study memory vgg16 --layer conv3_1 --csv vgg.csv\n");
}

namespace {

/// The table, which steps aside for figures on standard output, and the figures where they are
/// wanted.
void show(const std::string& table, const std::string& file_name, const std::string& figures) {
  fmt::print(file_name == "-" ? stderr : stdout, "{}", table);
  if (file_name.empty()) return;
  if (file_name == "-") {
    fmt::print("{}", figures);
    return;
  }
  AtomicFile file(file_name);
  file.write(figures.data(), figures.size());
  file.commit();
}

void tell(std::size_t at, std::size_t count, const std::string& what) {
  check_interrupted();
  if (isatty(STDERR_FILENO) == 1) fmt::print(stderr, "[{}/{}] {}\n", at + 1, count, what);
}

/// How synthetic values came about, to be told wherever they appear.
std::string values_of(const LayerSource& source) {
  return source.synthetic().empty() ? std::string() : "\n" + source.synthetic();
}

void study_memory(const RunRequest& request, const std::string& csv) {
  const auto& points = memory_study_points();
  const std::vector<StudyResult> results = run_memory_study(
      request, points,
      [&](std::size_t at, const StudyPoint& point) { tell(at, points.size(), point.label); });
  show(fmt::format("{}: memory modelled, in {} configurations; timing alone{}\n\n{}",
                   request.trace.string(), results.size(), values_of(*open_source(request)),
                   study_table(results)),
       csv, study_csv(results));
}

void study_footprint(const RunRequest& request, const std::string& csv) {
  const std::unique_ptr<LayerSource> source = open_source(request);
  const std::vector<TensorFootprint> found = footprint_study(
      *source, request.layers, request.operations, request.config,
      [&](std::size_t at, const std::string& layer) { tell(at, source->layers().size(), layer); });
  show(fmt::format("{}: tensors in groups with pointers to their starts, of their dense bytes, of "
                   "dense accesses of 32 bytes, and of dense rows; padding of groups included{}"
                   "\n\n{}",
                   request.trace.string(), values_of(*source), footprint_table(found)),
       csv, footprint_csv(found));
}

}  // namespace

void StudyOptions::study() const {
  if (name != "memory" && name != "footprint") {
    throw RequestError(fmt::format("no study '{}'; allowed: memory, footprint", name));
  }
  RunRequest request;
  request.trace = source.empty() ? "resnet50" : source;
  request.layers = layers;
  for (const std::string& operation : operations) {
    const auto known = operation_named(operation);
    if (!known) {
      throw RequestError(fmt::format(
          "no operation '{}'; allowed: forward, backward_data, backward_weights", operation));
    }
    request.operations.push_back(*known);
  }
  if (!config.empty()) request.config.read_yaml(config);
  for (const std::string& setting : settings) request.config.set_assignment(setting);
  if (synthetic.given() && std::filesystem::exists(request.trace)) {
    throw RequestError(
        fmt::format("--batch, --sparsity, --cluster and --seed are for networks; {} is a trace",
                    request.trace.string()));
  }
  SyntheticOptions values = synthetic;
  if (values.batch.empty()) values.batch = "1";
  request.synthetic = values.parameters();
  const InterruptWatch watch;
  if (!csv.empty() && csv != "-") {
    const std::filesystem::path folder = std::filesystem::path(csv).parent_path();
    if (!folder.empty() && !std::filesystem::is_directory(folder)) {
      throw RequestError(
          fmt::format("--csv {}; allowed: a file in a folder that there is, or -", csv));
    }
  }
  if (name == "memory") {
    study_memory(request, csv);
  } else {
    study_footprint(request, csv);
  }
}

}  // namespace tensordash
