#include "platform/cli/study_options.h"

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>

#include "models/trace/atomic_file.h"
#include "platform/run/interrupt.h"
#include "platform/study/memory_study.h"

namespace tensordash {

void StudyOptions::declare(CLI::App& study) {
  study.add_option("name", name, "The study: memory")->required()->type_name("STUDY");
  study.add_option("source", source, "A network's name, or a trace; unsaid, resnet50")
      ->type_name("NETWORK|TRACE");
  study.add_option("--layer", layers, "This layer only; may be repeated")
      ->allow_extra_args(false)
      ->type_name("NAME");
  study.add_option("--op", operations, "This operation only; may be repeated")
      ->allow_extra_args(false)
      ->type_name("NAME");
  study.add_option("--config", config, "YAML file of configuration keys")->type_name("FILE");
  study.add_option("--set", settings, "key=value, for every configuration of the study")
      ->allow_extra_args(false)
      ->type_name("KEY=VALUE");
  study.add_option("--csv", csv, "Write the figures to this file")->type_name("FILE");
  synthetic.declare(study);
  study.footer(
      "memory: bank width of the SRAMs, size of the scratchpads, width of the DRAM channels and "
      "transposers,\none by one and together: speedup with modelled memory beside that of ideal "
      "memory, and what limits.\n\n"
      "Examples:\n"
      "  tensordash study memory\n"
      "      ResNet-50, one sample\n"
      "  tensordash study memory vgg16 --layer conv3_1 --csv vgg.csv\n");
}

void StudyOptions::study() const {
  if (name != "memory") {
    throw RequestError(fmt::format("no study '{}'; allowed: memory", name));
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
  const bool on_terminal = isatty(STDERR_FILENO) == 1;
  const auto& points = memory_study_points();
  const std::vector<StudyResult> results =
      run_memory_study(request, points, [&](std::size_t at, const StudyPoint& point) {
        check_interrupted();
        if (on_terminal) {
          fmt::print(stderr, "[{}/{}] {}\n", at + 1, points.size(), point.label);
        }
      });
  fmt::print("{}: memory modelled, in {} configurations; timing alone\n\n{}",
             request.trace.string(), results.size(), study_table(results));
  if (csv.empty()) return;
  const std::string text = study_csv(results);
  AtomicFile file(csv);
  file.write(text.data(), text.size());
  file.commit();
}

}  // namespace tensordash
