#include "platform/pin/configured_machine.h"

#include <fmt/format.h>

namespace tensordash {

MachineParameters configured_machine(const Config& config) {
  MachineParameters parameters;
  parameters.tiles = config.number("tiles");
  parameters.tile.rows = config.number("tile.rows");
  parameters.tile.columns = config.number("tile.columns");
  const std::string& sparsity = config.text("sparsity");
  if (sparsity == "none") parameters.tile.sparsity = Sparsity::none;
  if (sparsity == "two_sided") parameters.tile.sparsity = Sparsity::two_sided;
  if (config.text("sync") == "elastic") parameters.tile.sync = Sync::elastic;
  if (config.text("accumulate") == "exact") {
    parameters.tile.accumulation = Accumulation::exact;
  }
  return parameters;
}

MachineParameters pin_machine(const Config& config) {
  // About 10 gigabytes of modules and signals at most.
  constexpr std::uint64_t most_pes = 65536;
  const std::uint64_t pes = std::uint64_t{config.number("tiles")} * config.number("tile.rows") *
                            config.number("tile.columns");
  if (pes > most_pes) {
    throw ConfigError(
        fmt::format("tiles x tile.rows x tile.columns is {} PEs; allowed at pin level: up to {}",
                    pes, most_pes));
  }
  return configured_machine(config);
}

}  // namespace tensordash
