#include "platform/ip/machine_model.h"

#include <fmt/format.h>

#include "platform/config/memory_keys.h"
#include "platform/pin/configured_machine.h"

namespace tensordash {
namespace {

constexpr unsigned most_ring_log2 = 12;
constexpr unsigned most_elements_log2 = 32;
constexpr unsigned most_work_log2 = 62;

engine::Sidedness sidedness_of(Sparsity sparsity) {
  switch (sparsity) {
    case Sparsity::none:
      return engine::Sidedness::none;
    case Sparsity::two_sided:
      return engine::Sidedness::two_sided;
    case Sparsity::one_sided:
      break;
  }
  return engine::Sidedness::one_sided;
}

void require_able(const AcceleratorParameters& parameters) {
  if (parameters.level == EngineLevel::pin && parameters.transport == Transport::loosely_timed) {
    throw ConfigError("the level is pin; allowed then: transport approximately_timed");
  }
  if (parameters.machine.text("memory") == "ideal") {
    throw ConfigError("memory is ideal; allowed: modelled, the accelerator's is the platform's");
  }
  if (parameters.max_ring_log2 > most_ring_log2) {
    throw ConfigError(fmt::format("max_ring_log2 is {}; allowed: up to {}",
                                  parameters.max_ring_log2, most_ring_log2));
  }
  if (parameters.max_elements_log2 > most_elements_log2) {
    throw ConfigError(fmt::format("max_elements_log2 is {}; allowed: up to {}",
                                  parameters.max_elements_log2, most_elements_log2));
  }
  if (parameters.max_work_log2 > most_work_log2) {
    throw ConfigError(fmt::format("max_work_log2 is {}; allowed: up to {}",
                                  parameters.max_work_log2, most_work_log2));
  }
  if (parameters.clock_ps == 0 || sc_core::sc_time(static_cast<double>(parameters.clock_ps),
                                                   sc_core::SC_PS) == sc_core::SC_ZERO_TIME) {
    throw ConfigError(
        "clock_ps is less than the time resolution; allowed: a time that it can tell");
  }
}

}  // namespace

MachineModel::MachineModel(const AcceleratorParameters& parameters)
    : parameters_(parameters),
      table_(parameters_.machine.connectivity()),
      array_(parameters.level == EngineLevel::pin ? pin_machine(parameters_.machine)
                                                  : configured_machine(parameters_.machine)),
      memory_(modelled_parameters(parameters_.machine, table_.lanes())) {
  require_able(parameters_);
  memory_.mapping = mapping_choice(parameters_.machine);
}

MemoryParameters MachineModel::memory(unsigned value_bytes) const {
  MemoryParameters memory = memory_;
  memory.value_bytes = value_bytes;
  return memory;
}

engine::Machine MachineModel::scheduled(bool dense) const {
  engine::Machine machine;
  machine.tiles = array_.tiles;
  machine.sidedness = dense ? engine::Sidedness::none : sidedness_of(array_.tile.sparsity);
  machine.table = &table_;
  return machine;
}

RequestLimits MachineModel::request_limits() const {
  return {memory_.dma_outstanding, memory_.dma_requests_per_clock};
}

JobLimits MachineModel::job_limits() const {
  JobLimits limits;
  limits.lanes = table_.lanes();
  limits.rows = array_.tile.rows;
  limits.columns = array_.tile.columns;
  limits.max_work_log2 = parameters_.max_work_log2;
  // The banks of an elaborated SRAM are cut into rows of one type.
  limits.fp32 = !pin() || memory_.value_bytes == 4;
  limits.bf16 = !pin() || memory_.value_bytes == 2;
  limits.exact = exact();
  limits.max_elements_log2 = parameters_.max_elements_log2;
  return limits;
}

}  // namespace tensordash
