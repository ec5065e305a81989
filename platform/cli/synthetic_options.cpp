#include "platform/cli/synthetic_options.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

#include "platform/run/run_request.h"

namespace tensordash {
namespace {

constexpr std::int64_t largest_batch = 65536;

[[noreturn]] void refuse(const char* option, const std::string& value, std::string_view allowed) {
  throw RequestError(fmt::format("{} is '{}'; allowed: {}", option, value, allowed));
}

/// The whole text as a number, or nothing.
template <typename Number>
std::optional<Number> number_in(std::string_view text) {
  Number number{};
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || stop != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<double> fraction_in(std::string_view text) {
  const std::optional<double> number = number_in<double>(text);
  return number && *number >= 0 && *number <= 1 ? number : std::nullopt;
}

/// The tensor that `kind` names, or null.
std::optional<double>* zeros_of(SyntheticParameters& parameters, std::string_view kind) {
  if (kind == "activations") return &parameters.activations;
  if (kind == "weights") return &parameters.weights;
  if (kind == "gradients") return &parameters.gradients;
  return nullptr;
}

/// Takes "activations=0.5,weights=0"; false if it is anything else.
bool take_list(std::string_view text, SyntheticParameters& parameters) {
  while (true) {
    const std::size_t comma = text.find(',');
    const std::string_view item = text.substr(0, comma);
    const std::size_t equals = item.find('=');
    if (equals == std::string_view::npos) return false;
    std::optional<double>* const zeros = zeros_of(parameters, item.substr(0, equals));
    const std::optional<double> fraction = fraction_in(item.substr(equals + 1));
    if (zeros == nullptr || *zeros || !fraction) return false;
    *zeros = fraction;
    if (comma == std::string_view::npos) return true;
    text.remove_prefix(comma + 1);
  }
}

void take_sparsity(const std::string& text, SyntheticParameters& parameters) {
  if (text == "preset") return;
  if (const std::optional<double> zeros = fraction_in(text)) {
    parameters.activations = zeros;
    parameters.weights = 0;
    parameters.gradients = zeros;
    return;
  }
  if (take_list(text, parameters)) return;
  refuse("--sparsity", text,
         "preset, a number from 0 to 1 for activations and gradients, or a list such as "
         "activations=0.5,weights=0,gradients=0.7");
}

}  // namespace

void SyntheticOptions::declare(CLI::App& command) {
  const SyntheticParameters initial;
  const auto add = [&](const char* option, std::string& value, const std::string& help,
                       const char* type) {
    command.add_option(option, value, help)
        ->type_name(type)
        ->check([option](const std::string& typed) {
          return typed.empty() ? std::string(option) + " needs a value that is not empty"
                               : std::string();
        });
  };
  add("--batch", batch, fmt::format("Samples of a network's synthetic batch [{}]", initial.batch),
      "N");
  add("--sparsity", sparsity,
      "Zeros of synthetic tensors: preset (of the network), a number from 0 to 1 for activations "
      "and gradients, or activations=X,weights=X,gradients=X; kinds left out keep the preset "
      "[preset]",
      "ZEROS");
  add("--cluster", cluster,
      fmt::format(
          "How far zeros gather in some feature maps: 0 not at all, 1 every map all zero or "
          "without a zero [{}]",
          initial.cluster),
      "X");
  add("--seed", seed,
      fmt::format("Seed of synthetic values; one seed, one tensor, on every machine [{}]",
                  initial.seed),
      "S");
}

bool SyntheticOptions::given() const {
  return !batch.empty() || !sparsity.empty() || !cluster.empty() || !seed.empty();
}

SyntheticParameters SyntheticOptions::parameters() const {
  SyntheticParameters parameters;
  if (!batch.empty()) {
    const auto samples = number_in<std::int64_t>(batch);
    if (!samples || *samples < 1 || *samples > largest_batch) {
      refuse("--batch", batch, fmt::format("a whole number from 1 to {}", largest_batch));
    }
    parameters.batch = *samples;
  }
  if (!sparsity.empty()) take_sparsity(sparsity, parameters);
  if (!cluster.empty()) {
    const std::optional<double> fraction = fraction_in(cluster);
    if (!fraction) refuse("--cluster", cluster, "a number from 0 to 1");
    parameters.cluster = *fraction;
  }
  if (!seed.empty()) {
    const auto number = number_in<std::uint64_t>(seed);
    if (!number) {
      refuse("--seed", seed,
             fmt::format("a whole number from 0 to {}", std::numeric_limits<std::uint64_t>::max()));
    }
    parameters.seed = *number;
  }
  return parameters;
}

}  // namespace tensordash
