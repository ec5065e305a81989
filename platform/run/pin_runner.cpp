#include "platform/run/pin_runner.h"

#include <fmt/format.h>

#include <algorithm>

#include "platform/config/mapping_file.h"
#include "platform/config/memory_keys.h"
#include "platform/pin/layer_pass_source.h"
#include "platform/pin/operation_ledger.h"
#include "platform/run/output_collector.h"
#include "platform/run/output_sample.h"

namespace tensordash {
namespace {

/// About 10 gigabytes of modules and signals at most.
constexpr std::uint64_t most_pes = 65536;

MachineParameters parameters_of(const Config& config) {
  if (config.text("memory") != "ideal") {
    throw ConfigError("memory is modelled; allowed at pin level: ideal");
  }
  if (const auto blocks = MappingTable(config).blocks();
      blocks && config.text("accumulate") == "exact") {
    throw ConfigError(fmt::format("{}; allowed with accumulate exact: 0", *blocks));
  }
  MachineParameters parameters;
  const std::uint64_t pes = std::uint64_t{config.number("tiles")} * config.number("tile.rows") *
                            config.number("tile.columns");
  if (pes > most_pes) {
    throw ConfigError(
        fmt::format("tiles x tile.rows x tile.columns is {} PEs; allowed at pin level: up to {}",
                    pes, most_pes));
  }
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

}  // namespace

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

/// One of the two runs of an operation: on the machine, with the judge listening.
struct PinRunner::Part {
  OperationClocks clocks;
  std::optional<golden::Verdict> verdict;
  std::uint64_t issued = 0;
};

PinRunner::PinRunner(Config& config, const std::optional<WaveRequest>& waves,
                     const VerifyRequest& verify)
    : config_(config),
      table_(config.connectivity()),
      parameters_(parameters_of(config)),
      verify_(verify),
      machine_(parameters_, table_) {
  if (verify_.kind == VerifyRequest::Kind::automatic) verify_.kind = VerifyRequest::Kind::all;
  if (!waves) return;
  WaveRequest request = *waves;
  request.lanes = table_.lanes();
  request.depth = table_.depth();
  machine_.dump_waves(request);
}

void PinRunner::begin(TraceLayer layer) {
  layer_ = prepare_operands(std::move(layer), config_);
}

OperationReport PinRunner::run(Operation operation, std::vector<float>* outputs,
                               const Progress& progress) {
  const OperandTensors tensors = layer_.tensors();
  const TileParameters& tile = parameters_.tile;
  const SparseOperand sparse = sparse_operand(operation, layer_.shape, tensors);
  const unsigned reduction_rows = MappingTable(config_).of(layer_.name, operation).reduction_rows;
  const StreamPlan plan(operation, sparse, layer_.shape,
                        {table_.lanes(), tile.rows, tile.columns,
                         config_.text("dilation_zeros") == "removed", reduction_rows});
  LayerPassSource source(plan, tensors, parameters_.tiles);
  const PowerGatingDecision gating = decide_gating(config_, sparse, layer_.shape, tensors);
  const Sparsity sparsity = gating.gated ? Sparsity::none : tile.sparsity;
  const bool always_dense = sparsity == Sparsity::none;
  const std::uint64_t passes = plan.pass_count() * (always_dense ? 1 : 2);
  std::uint64_t passes_done = 0;

  const auto run_part = [&](Sparsity part_sparsity, OperationLedger* ledger,
                            OutputCollector* collector) {
    Part part;
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
    source.rewind();
    part.clocks = machine_.run(
        source, part_sparsity == Sparsity::none,
        [&](PassRecord&& record) {
          // A two-sided tile that is bypassed still has a scheduler a PE, all deciding alike.
          if (part_sparsity == Sparsity::none && record.schedulers_a_row > 1) {
            for (unsigned row = 1; row < tile.rows; ++row) {
              record.slots[row] = std::move(record.slots[row * record.schedulers_a_row]);
            }
            record.slots.resize(tile.rows);
            record.schedulers_a_row = 1;
          }
          if (ledger != nullptr) ledger->add_pairs(record);
          part.issued += count_issued(record, plan.pass(record.pass));
          if (collector != nullptr) collector->collect(record);
          if (judge) judge->judge(record);
          ++passes_done;
        },
        [&](std::uint64_t clocks) {
          if (!progress) return;
          progress(
              passes == 0 ? 1.0 : static_cast<double>(passes_done) / static_cast<double>(passes),
              fmt::format("{} clocks", clocks));
        },
        ledger == nullptr ? PinMachine::IdleSink()
                          : [ledger](IdleRecord&& record) { ledger->add_idle(record); });
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
  std::optional<OutputCollector> collector;
  if (outputs != nullptr) collector.emplace(plan);
  const PairClassifier classifier(plan, tensors);
  OperationLedger ledger(parameters_, table_.lanes(),
                         [&](std::uint64_t pass) { return classifier.pass(pass); });
  const Part part = run_part(sparsity, &ledger, collector ? &*collector : nullptr);
  report.ledger = ledger.finish(part.clocks, machine_.tile_steps());
  report.run = part.clocks;
  report.verdict = part.verdict;
  report.issued = part.issued;
  if (collector) *outputs = collector->take();
  if (always_dense) {
    report.dense = report.run;
    report.dense_verdict = report.verdict;
  } else {
    const Part dense = run_part(Sparsity::none, nullptr, nullptr);
    report.dense = dense.clocks;
    report.dense_verdict = dense.verdict;
  }
  return report;
}

}  // namespace tensordash
