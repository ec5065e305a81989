#include "platform/ip/pin_engine.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <stdexcept>

#include "hw/dma/dma_limits.h"
#include "platform/ip/array_clocks.h"
#include "platform/ip/job_error.h"
#include "platform/pin/array_run.h"

namespace tensordash {
namespace {

ErrorCode code_of(DmaFaultKind kind) {
  switch (kind) {
    case DmaFaultKind::dram_read:
      return ErrorCode::read;
    case DmaFaultKind::dram_write:
      return ErrorCode::write;
    case DmaFaultKind::directory:
      return ErrorCode::directory;
    case DmaFaultKind::data:
      return ErrorCode::data;
    case DmaFaultKind::none:
      break;
  }
  return ErrorCode::internal;
}

}  // namespace

struct PinEngine::Watched {
  explicit Watched(ImageMemory& expected) : results(expected) {}

  void see(const tlm::tlm_generic_payload& request) {
    if (!request.is_write() || other) return;
    std::array<std::uint8_t, dma_request_bytes> bytes{};
    results.read(request.get_address(), bytes.data(), request.get_data_length());
    if (std::memcmp(bytes.data(), request.get_data_ptr(), request.get_data_length()) != 0) {
      other = request.get_address();
    }
  }

  ImageMemory& results;
  std::optional<std::uint64_t> other;  ///< where something else was written
};

struct PinEngine::Running {
  Running(const MachineModel& machine, const OperationJob& job_to_run, MemoryAccess& access)
      : job(job_to_run), operation(machine, job, access) {}

  const OperationJob job;
  FunctionalOperation operation;
  ImageMemory expected;
  Watched watched{expected};
  std::unique_ptr<OperationPrograms> programs;
  std::optional<MemoryOperation> parts;
};

PinEngine::PinEngine(const sc_core::sc_module_name& name, const MachineModel& machine,
                     AtAccess& access, AtMaster& master)
    : sc_module(name),
      machine_(machine),
      access_(access),
      parameters_(array_parameters(machine.array(),
                                   machine.memory(machine.job_limits().fp32 ? 4 : 2),
                                   MachineModel::transfer_bytes, machine.table())),
      patience_(clocks_of_patience(parameters_)),
      bridge_("bridge", master),
      array_("array", parameters_, machine.table()) {
  bridge_.clk(clk);
  array_.clk(clk);
  array_.rst_n(rst_n_);
  array_.start(start_);
  array_.bypass(bypass_);
  array_.busy(busy_);
  array_.cycles(cycles_);
  array_.port().socket.bind(bridge_.socket);
}

PinEngine::~PinEngine() = default;

void PinEngine::leave_reset() {
  if (rst_n_.read()) return;
  access_.pass(array_reset_clocks);
  rst_n_.write(true);
  access_.pass(array_wake_clocks);
}

void PinEngine::recover() {
  rst_n_.write(false);
  start_.write(false);
  bridge_.abandon();
  bridge_.close();
  access_.pass(array_reset_clocks);
  running_.reset();
}

OperationCounts PinEngine::run(const OperationJob& job) {
  running_ = std::make_unique<Running>(machine_, job, access_);
  FunctionalOperation& operation = running_->operation;
  OperationCounts counts;
  operation.store_results(running_->expected, counts);
  Watched& watched = running_->watched;
  leave_reset();
  bridge_.open([this, &watched](const tlm::tlm_generic_payload& request) {
    access_.count(request.is_write(), request.get_data_length());
    watched.see(request);
  });
  const PlannedOperation& planned = operation.planned();
  const OperationJob& kept = running_->job;
  running_->programs = std::make_unique<OperationPrograms>(
      planned, std::array{&kept.operand(planned.b.tensor()), &kept.operand(planned.a.tensor())},
      *kept.result);
  const MemoryOperation& parts = running_->parts.emplace(running_->programs->operation());
  array_.set_programs(parts.load, parts.store, parts.tiles);
  bypass_.write(operation.dense());
  const ArrayCounters before(array_);
  try {
    start_.write(true);
    access_.tick();
    start_.write(false);
    wait_for_end(watched);
  } catch (...) {
    // It asks for nothing more from the next edge on; recover() comes when all is answered.
    rst_n_.write(false);
    throw;
  }
  bridge_.close();
  OperationClocks clocks;
  const auto& steps = array_.tile_steps();
  clocks.steps = *std::max_element(steps.begin(), steps.end());
  clocks.cycles = cycles_.read();
  MemoryCounts counted = ArrayCounters(array_).since(before, array_);
  counted.write_back = clocks.cycles - array_.result_cycles();
  const MemoryTiming timing = timing_of(clocks, counted, steps);
  counts.cycles = timing.cycles;
  counts.steps = timing.steps;
  if (counts.steps !=
      (operation.dense() ? operation.counts().dense_steps : operation.counts().steps)) {
    throw std::logic_error("the hardware does not take the steps that were scheduled");
  }
  counts.ledger = operation.ledger(timing);
  running_.reset();
  return counts;
}

void PinEngine::wait_for_end(Watched& watched) {
  std::uint64_t moved = 0;
  std::uint64_t still = 0;
  do {
    access_.tick();
    const DmaFault& fault = array_.fault();
    if (fault.kind != DmaFaultKind::none) {
      const bool refused =
          fault.kind == DmaFaultKind::dram_read || fault.kind == DmaFaultKind::dram_write;
      throw JobError(code_of(fault.kind), refused ? status_number(bridge_.first_refusal()) : 0,
                     fault.address, fault.text);
    }
    std::uint64_t now = array_.requests() + array_.loads().rows_landed();
    for (const std::uint64_t steps : array_.tile_steps()) now += steps;
    still = now == moved && bridge_.under_way() == 0 ? still + 1 : 0;
    moved = now;
    if (still > patience_) throw std::logic_error("loads, tiles and stores wait for each other");
  } while (busy_.read());
  // Rows may be on their way that no tile waits for.
  while (array_.landing()) access_.tick();
  if (watched.other) {
    throw JobError(ErrorCode::data, 0, *watched.other,
                   "the results are not those of the operands at its start");
  }
}

}  // namespace tensordash
