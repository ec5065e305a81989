#include "platform/cli/generate_options.h"

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <stdexcept>

#include "models/synthetic/generate_trace.h"
#include "platform/run/interrupt.h"
#include "platform/run/run_request.h"

namespace tensordash {
namespace {

const Network& network_named(const std::string& name) {
  if (const Network* network = find_network(name)) return *network;
  throw RequestError(
      fmt::format("no network '{}'; allowed: {}", name, fmt::join(network_names(), ", ")));
}

/// Throws RequestError for a batch that no tensor could hold.
NetworkSource source_of(const Network& network, const SyntheticParameters& parameters) {
  try {
    return {network, parameters};
  } catch (const std::invalid_argument& problem) {
    throw RequestError(problem.what());
  }
}

/// Numbers of the layers of those names, in the network's order; all of them for none.
std::vector<std::size_t> chosen_layers(const NetworkSource& source,
                                       const std::vector<std::string>& names) {
  std::vector<std::string> known;
  std::vector<std::size_t> chosen;
  for (const LayerOutline& layer : source.layers()) {
    const bool wanted =
        names.empty() || std::find(names.begin(), names.end(), layer.name) != names.end();
    if (wanted) chosen.push_back(known.size());
    known.push_back(layer.name);
  }
  for (const std::string& name : names) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    throw RequestError(fmt::format("no layer '{}' in network {}; allowed: {}", name, source.name(),
                                   fmt::join(known, ", ")));
  }
  return chosen;
}

double megabytes_of(const LayerShape& shape) {
  const std::int64_t values =
      shape.activation_count() + shape.weight_count() + shape.output_count();
  return static_cast<double>(values) * sizeof(float) / 1e6;
}

}  // namespace

void GenerateOptions::declare(CLI::App& generate) {
  generate
      .add_option("network", network, fmt::format("One of {}", fmt::join(network_names(), ", ")))
      ->required()
      ->type_name("NETWORK");
  generate.add_option("out", folder, "The trace's folder; new, or empty")
      ->required()
      ->type_name("OUT");
  generate.add_option("--layer", layers, "Write this layer only; may be repeated")
      ->allow_extra_args(false)
      ->type_name("NAME");
  synthetic.declare(generate);
  generate.footer(
      "Examples:\n"
      "  tensordash generate squeezenet1_1 /tmp/squeezenet --batch 4\n"
      "      every layer, zeros like those of training\n"
      "  tensordash generate densenet121 /tmp/conv3 --layer block1_1.conv2 --sparsity 0.9 "
      "--cluster 0\n"
      "      one layer, 90 % zeros anywhere in activations and gradients\n");
}

void GenerateOptions::generate() const {
  if (folder.empty()) throw RequestError("OUT is empty; allowed: a folder's name");
  const Network& chosen_network = network_named(network);
  const NetworkSource source = source_of(chosen_network, synthetic.parameters());
  const std::vector<std::size_t> chosen = chosen_layers(source, layers);
  const InterruptWatch watch;  // the folder is cleaned up on the way out
  const bool on_terminal = isatty(STDERR_FILENO) == 1;
  double megabytes = 0;
  generate_trace(source, chosen, folder, [&](std::size_t place) {
    check_interrupted();
    const LayerOutline& layer = source.layers()[chosen[place]];
    megabytes += megabytes_of(layer.shape);
    if (!on_terminal) return;
    fmt::print(stderr, "[{}/{}] {}, {:.1f} MB\n", place + 1, chosen.size(), layer.name,
               megabytes_of(layer.shape));
  });
  fmt::print("{}: {} of {} layers of {}, {:.1f} MB; {}\n", folder, chosen.size(),
             source.layers().size(), source.model(), megabytes, source.synthetic());
}

}  // namespace tensordash
