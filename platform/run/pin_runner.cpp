#include "platform/run/pin_runner.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include "platform/config/memory_keys.h"
#include "platform/pin/configured_machine.h"
#include "platform/pin/layer_pass_source.h"
#include "platform/pin/operation_ledger.h"
#include "platform/run/output_collector.h"
#include "platform/run/output_sample.h"

namespace tensordash {
namespace {

golden::Sidedness sidedness_of(Sparsity sparsity) {
  switch (sparsity) {
    case Sparsity::none:
      return golden::Sidedness::none;
    case Sparsity::two_sided:
      return golden::Sidedness::two_sided;
    case Sparsity::one_sided:
      break;
  }
  return golden::Sidedness::one_sided;
}

std::uint64_t count_issued(const PassRecord& record, const PassPlace& place) {
  std::uint64_t issued = 0;
  const unsigned shared_by = record.schedulers_a_row == 1 ? place.columns : 1;
  const unsigned schedulers = record.schedulers_a_row == 1 ? 1 : place.columns;
  for (unsigned row = 0; row < place.rows; ++row) {
    for (unsigned index = 0; index < schedulers; ++index) {
      for (const StreamPlace slot : record.slots[row * record.schedulers_a_row + index]) {
        if (slot != idle_slot) issued += shared_by;
      }
    }
  }
  return issued;
}

/// What lies in the DRAM is what the accumulators held.
void require_stored(const std::vector<float>& stored, const std::vector<float>& computed) {
  if (std::memcmp(stored.data(), computed.data(), stored.size() * sizeof(float)) == 0) return;
  throw std::logic_error("internal error: the outputs in DRAM are not those of the accumulators");
}

/// Whether the schedulers are gated for an operation that reads `sparse` on side B.
PowerGatingDecision decide_gating(const Config& config, SparseOperand sparse,
                                  const LayerShape& shape, const OperandTensors& tensors) {
  const bool activations = sparse == SparseOperand::activations;
  const float* const values = activations ? tensors.activations : tensors.output_gradients;
  const auto count =
      static_cast<std::uint64_t>(activations ? shape.activation_count() : shape.output_count());
  const auto zeros = static_cast<std::uint64_t>(std::count(values, values + count, 0.0F));
  return decide_power_gating(power_gating_rule(config), name_of(sparse), zeros, count);
}

}  // namespace

/// One of the two runs of an operation: on the machine, with the judge listening.
struct PinRunner::Part {
  OperationClocks clocks;
  MemoryTiming timing;         ///< with memory
  std::vector<float> outputs;  ///< where wanted
  std::optional<golden::Verdict> verdict;
  std::uint64_t issued = 0;
};

PinRunner::PinRunner(Config& config, const std::optional<WaveRequest>& waves,
                     const VerifyRequest& verify, const std::vector<FaultRequest>& faults)
    : config_(config),
      table_(config.connectivity()),
      mapping_(config),
      parameters_(pin_machine(config)),
      verify_(verify) {
  if (config.text("memory") == "modelled") {
    memory_ = std::make_unique<PinMemory>(config, parameters_, table_, faults);
    machine_ = &memory_->machine();
  } else {
    ideal_ = std::make_unique<PinMachine>(parameters_, table_);
    machine_ = ideal_.get();
  }
  if (verify_.kind == VerifyRequest::Kind::automatic) verify_.kind = VerifyRequest::Kind::all;
  if (!waves) return;
  WaveRequest request = *waves;
  request.lanes = table_.lanes();
  request.depth = table_.depth();
  if (memory_) request.picoseconds = true;  // the DRAM's clock is no whole number of nanoseconds
  if (request.scopes.empty()) {
    request.scopes = {"array.tile_0", "array.memory_0.pass"};
    if (memory_) {
      for (const char* scope : {"array.memory_0.stalled", "array.memory_0.stall_cause",
                                "array.memory_0.awaited_0", "array.memory_0.awaited_1",
                                "array.loads.progress_0", "array.loads.progress_1", "array.port"}) {
        request.scopes.emplace_back(scope);
      }
    }
  }
  machine_->dump_waves(request);
}

void PinRunner::begin(TraceLayer layer) {
  layer_ = prepare_operands(std::move(layer), config_);
  if (memory_) memory_->begin(layer_);
}

OperationReport PinRunner::run(Operation operation, std::vector<float>* outputs,
                               const Progress& progress) {
  const OperandTensors tensors = layer_.tensors();
  const TileParameters& tile = parameters_.tile;
  const SparseOperand sparse = sparse_operand(operation, layer_.shape, tensors);
  const OperationMapping mapping = mapping_.of(layer_.name, operation);
  const unsigned reduction_rows = mapping.reduction_rows;
  const StreamPlan plan(operation, sparse, layer_.shape,
                        {table_.lanes(), tile.rows, tile.columns,
                         config_.text("dilation_zeros") == "removed", reduction_rows});
  const PowerGatingDecision gating = decide_gating(config_, sparse, layer_.shape, tensors);
  const Sparsity sparsity = gating.gated ? Sparsity::none : tile.sparsity;
  const bool always_dense = sparsity == Sparsity::none;
  const std::uint64_t passes = plan.pass_count() * (always_dense ? 1 : 2);
  std::uint64_t passes_done = 0;

  std::optional<LayerPassSource> source;
  if (memory_) {
    memory_->plan(plan, mapping.memory);
  } else {
    source.emplace(plan, tensors, parameters_.tiles);
  }

  const auto run_part = [&](Sparsity part_sparsity, OperationLedger* ledger) {
    Part part;
    OutputCollector collector(plan);
    const bool collects = memory_ != nullptr || (ledger != nullptr && outputs != nullptr);
    golden::Problem problem;
    problem.operation = operation;
    problem.sparse = sparse;
    problem.shape = layer_.shape;
    problem.activations = tensors.activations;
    problem.weights = tensors.weights;
    problem.output_gradients = tensors.output_gradients;
    problem.sidedness = sidedness_of(part_sparsity);
    problem.dilation_zeros_removed = plan.geometry().dilation_zeros_removed;
    std::optional<golden::Judge> judge;
    if (verify_.kind != VerifyRequest::Kind::none) {
      std::optional<std::vector<std::int64_t>> sample;
      if (verify_.kind == VerifyRequest::Kind::sample) {
        sample = sample_outputs(static_cast<std::uint64_t>(plan.output_count()), verify_.count);
      }
      judge.emplace(problem,
                    golden::Geometry{tile.rows, tile.columns, parameters_.tiles, table_.lanes(),
                                     reduction_rows},
                    tile.accumulation == Accumulation::exact, sample);
    }
    const bool dense = part_sparsity == Sparsity::none;
    const auto sink = [&](PassRecord&& record) {
      // A two-sided tile that is bypassed still has a scheduler a PE, all deciding alike.
      if (dense && record.schedulers_a_row > 1) {
        for (unsigned row = 1; row < tile.rows; ++row) {
          record.slots[row] = std::move(record.slots[row * record.schedulers_a_row]);
        }
        record.slots.resize(tile.rows);
        record.schedulers_a_row = 1;
      }
      if (ledger != nullptr) ledger->add_pairs(record);
      part.issued += count_issued(record, plan.pass(record.pass));
      if (collects) collector.collect(record);
      if (judge) judge->judge(record);
      ++passes_done;
    };
    const auto clocks_passed = [&](std::uint64_t clocks) {
      if (!progress) return;
      progress(passes == 0 ? 1.0 : static_cast<double>(passes_done) / static_cast<double>(passes),
               fmt::format("{} clocks", clocks));
    };
    Machine::IdleSink idle_sink;
    if (ledger != nullptr) {
      idle_sink = [ledger](IdleRecord&& record) { ledger->add_idle(record); };
    }
    if (memory_) {
      part.timing = memory_->run(dense, sink, clocks_passed, idle_sink, part.clocks);
      part.outputs = memory_->outputs();
      require_stored(part.outputs, collector.take());
    } else {
      source->rewind();
      part.clocks = ideal_->run(*source, dense, sink, clocks_passed, idle_sink);
      if (collects) part.outputs = collector.take();
    }
    if (judge) part.verdict = judge->finish();
    return part;
  };

  OperationReport report;
  report.operation = operation;
  report.sparse = sparse;
  report.gated = gating.gated;
  report.gating_reason = gating.reason;
  report.pairs = count_pairs(plan, tensors);
  report.passes = plan.pass_count();
  report.reduction_rows = reduction_rows;
  report.outputs = static_cast<std::uint64_t>(plan.output_count());
  report.verify = verify_;
  const PairClassifier classifier(plan, tensors);
  OperationLedger ledger(parameters_, table_.lanes(),
                         [&](std::uint64_t pass) { return classifier.pass(pass); });
  Part part = run_part(sparsity, &ledger);
  report.ledger =
      memory_ ? ledger.finish(part.timing) : ledger.finish(part.clocks, ideal_->tile_steps());
  report.run = part.clocks;
  report.verdict = part.verdict;
  report.issued = part.issued;
  if (outputs != nullptr) *outputs = std::move(part.outputs);
  if (always_dense) {
    report.dense = report.run;
    report.dense_verdict = report.verdict;
    if (memory_) report.memory = memory_->report(part.timing, part.timing);
  } else {
    const Part dense = run_part(Sparsity::none, nullptr);
    report.dense = dense.clocks;
    report.dense_verdict = dense.verdict;
    if (memory_) report.memory = memory_->report(part.timing, dense.timing);
  }
  if (memory_) memory_->require_met();
  return report;
}

}  // namespace tensordash
