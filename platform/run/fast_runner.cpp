#include "platform/run/fast_runner.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <mutex>
#include <stdexcept>
#include <unordered_set>

#include "models/engine/schedule_paces.h"
#include "models/engine/tile_sums.h"
#include "platform/config/memory_keys.h"
#include "platform/run/output_sample.h"

namespace tensordash {
namespace {

using engine::Sidedness;

Sidedness sidedness_of(const Config& config) {
  const std::string& sparsity = config.text("sparsity");
  if (sparsity == "none") return Sidedness::none;
  return sparsity == "two_sided" ? Sidedness::two_sided : Sidedness::one_sided;
}

golden::Sidedness golden_sidedness(Sidedness sidedness) {
  switch (sidedness) {
    case Sidedness::none:
      return golden::Sidedness::none;
    case Sidedness::two_sided:
      return golden::Sidedness::two_sided;
    case Sidedness::one_sided:
      break;
  }
  return golden::Sidedness::one_sided;
}

/// Number of a pass within its segment.
std::uint64_t number_of(const engine::PassResults& results, std::int64_t column_group) {
  return static_cast<std::uint64_t>(results.row_group * results.segment->column_groups +
                                    column_group);
}

std::uint64_t pass_id(const engine::PassResults& results, std::int64_t column_group) {
  return results.segment->first_pass + number_of(results, column_group);
}

std::uint64_t turn_of(const engine::PassResults& results, std::int64_t column_group) {
  return results.segment->first_turn + number_of(results, column_group);
}

/// Adds up the steps of the schedules that outputs were computed and verified with: the timing,
/// which schedules many groups at once, must have found the same.
class StepCheck {
 public:
  StepCheck(unsigned tiles, unsigned lanes) : tiles_(tiles), lanes_(lanes) {}

  void add(const engine::PassResults& results) {
    std::size_t most = 0;
    for (const engine::Slots& slots : *results.slots) most = std::max(most, slots.size() / lanes_);
    const std::lock_guard lock(mutex_);
    tiles_.add(turn_of(results, results.first_column_group),
               static_cast<std::uint64_t>(results.column_groups), most);
  }

  void require(std::uint64_t steps) const {
    const std::vector<std::uint64_t> sums = tiles_.sums();
    if (*std::max_element(sums.begin(), sums.end()) == steps) return;
    throw std::logic_error("the schedules of the outputs do not take the steps that were timed");
  }

 private:
  std::mutex mutex_;
  engine::TileSums tiles_;
  unsigned lanes_;
};

}  // namespace

/// One operation on its way.
struct FastRunner::Task {
  StreamPlan plan;
  engine::OperandBits bits;
  engine::Machine machine;  ///< dense where power-gated
};

FastRunner::FastRunner(Config& config, const VerifyRequest& verify,
                       std::vector<FaultRequest> faults)
    : config_(config),
      verify_(verify),
      table_(config.connectivity()),
      rule_(config.text("dtype") == "bf16" ? engine::bf16_zeros : engine::fp32_zeros),
      gating_(power_gating_rule(config)),
      mapping_(config),
      exact_(config.text("accumulate") == "exact") {
  machine_.tiles = config.number("tiles");
  machine_.sidedness = sidedness_of(config);
  machine_.elastic = config.text("sync") == "elastic";
  machine_.table = &table_;
  if (config.text("memory") == "modelled") {
    memory_.emplace(config, table_.lanes(), std::move(faults));
  }
}

void FastRunner::release() {
  layer_ = {};
  rounded_.reset();
  activations_ = gradients_ = {};
}

void FastRunner::begin(TraceLayer layer) {
  release();
  layer_ = std::move(layer);
  const LayerShape& shape = layer_.shape;
  activations_ = {layer_.activations.values.data(), shape.N, shape.C, shape.H * shape.W, rule_};
  bool finite =
      !activations_.has_nonfinite() &&
      engine::all_finite(layer_.weights.values.data(), layer_.weights.values.size(), rule_);
  if (layer_.output_gradients) {
    gradients_ = {layer_.output_gradients->values.data(), shape.N, shape.M, shape.P * shape.Q,
                  rule_};
    finite = finite && !gradients_.has_nonfinite();
  }
  // This one finds and names the value.
  if (!finite && config_.text("nonfinite") == "refuse") prepare_operands(layer_, config_);
  if (!memory_) return;
  if (config_.text("dtype") == "bf16") {
    // What lies in memory is rounded already.
    OperandSet rounded = prepare_operands(std::move(layer_), config_);
    layer_ = {std::move(rounded.name), rounded.shape, std::move(rounded.activations),
              std::move(rounded.weights), std::move(rounded.output_gradients)};
  }
  memory_->begin(layer_);
}

/// The layer's tensors, rounded to the data type.
OperandTensors FastRunner::operands() {
  if (config_.text("dtype") == "bf16") {
    if (!rounded_) rounded_ = prepare_operands(layer_, config_);
    return rounded_->tensors();
  }
  return {layer_.activations.values.data(), layer_.weights.values.data(),
          layer_.output_gradients ? layer_.output_gradients->values.data() : nullptr};
}

/// Whether the schedulers are gated for an operation that reads `sparse` on side B.
PowerGatingDecision FastRunner::decide_gating(SparseOperand sparse) const {
  const engine::TensorBits& tensor =
      sparse == SparseOperand::activations ? activations_ : gradients_;
  const auto values =
      static_cast<std::uint64_t>(tensor.images() * tensor.channels() * tensor.positions());
  return decide_power_gating(gating_, name_of(sparse), values - tensor.nonzero(), values);
}

VerifyRequest FastRunner::verification(const LayerShape& shape, std::uint64_t outputs) const {
  if (verify_.kind != VerifyRequest::Kind::automatic) return verify_;
  if (shape.macs() <= std::int64_t{1} << log2_most_macs_verified)
    return {VerifyRequest::Kind::all, 0};
  const std::uint64_t an_output =
      std::max<std::uint64_t>(1, static_cast<std::uint64_t>(shape.macs()) / outputs);
  return {VerifyRequest::Kind::sample,
          std::clamp(sample_macs / an_output, least_sample, sample_size)};
}

OperationReport FastRunner::run(Operation operation, std::vector<float>* outputs,
                                const Progress& progress) {
  const LayerShape& shape = layer_.shape;
  engine::OperandBits bits{&activations_, &gradients_, nullptr};
  const SparseOperand sparse = engine::sparse_operand(operation, bits);
  const OperationMapping mapping = mapping_.of(layer_.name, operation);
  const StreamGeometry geometry{
      table_.lanes(), config_.number("tile.rows"), config_.number("tile.columns"),
      config_.text("dilation_zeros") == "removed", mapping.reduction_rows};
  OperationReport report;
  report.operation = operation;
  report.sparse = sparse;
  engine::Machine machine = machine_;
  const PowerGatingDecision gating = decide_gating(sparse);
  if (gating.gated) machine.sidedness = Sidedness::none;
  report.gated = gating.gated;
  report.gating_reason = gating.reason;
  engine::TensorBits weights;
  if (machine.sidedness == Sidedness::two_sided && operation != Operation::backward_weights) {
    weights = engine::weight_bits(operation, shape, layer_.weights.values.data(), rule_);
    bits.weights = &weights;
  }
  const Task task{StreamPlan(operation, sparse, shape, geometry), bits, machine};

  report.passes = task.plan.pass_count();
  report.reduction_rows = mapping.reduction_rows;
  report.outputs = static_cast<std::uint64_t>(task.plan.output_count());
  report.verify = verification(shape, report.outputs);
  std::vector<float> unwanted;
  const bool faulty = memory_ && memory_->faulty(operation);
  if (faulty && outputs == nullptr) outputs = &unwanted;
  const bool computes = outputs != nullptr || report.verify.kind != VerifyRequest::Kind::none;
  // Scheduling is quick beside computing.
  const double share = computes ? 0.1 : 1.0;
  const engine::OperationTiming timing = engine::time_operation(
      task.plan, bits, layer_.weights.values.data(), rule_, machine, [&](double part) {
        if (progress) progress(share * part, "scheduling");
      });
  report.run.steps = timing.steps;
  report.run.cycles = timing.steps + fill_cycles();
  report.dense.steps = timing.dense_steps;
  report.dense.cycles = timing.dense_steps + fill_cycles();
  report.issued = timing.issued;
  report.pairs = {static_cast<std::uint64_t>(shape.macs()), timing.pairs.effectual,
                  timing.pairs.zeros};
  report.ledger = timing.ledger;
  report.ledger.fill = fill_cycles() * machine_.tiles * geometry.rows * geometry.columns *
                       std::uint64_t{geometry.lanes};
  if (memory_) {
    std::vector<SegmentPace> paces;
    if (machine.sidedness != Sidedness::none) {
      paces = engine::schedule_paces(task.plan, bits, machine);
    }
    memory_->time(task.plan, mapping.memory, std::move(paces), report, [&](double part) {
      if (progress) progress(share * part, "timing the memory");
    });
  }
  if (computes) {
    compute(task, outputs, report, [&](double part) {
      if (progress) progress(share + (1 - share) * part, "computing outputs");
    });
  }
  if (faulty) memory_->require_met();
  return report;
}

OperationReport FastRunner::check(Operation operation, const std::vector<float>& results,
                                  std::uint64_t& different) {
  given_ = &results;
  different_ = 0;
  try {
    OperationReport report = run(operation, nullptr, {});
    given_ = nullptr;
    different = different_;
    return report;
  } catch (...) {
    given_ = nullptr;
    throw;
  }
}

void FastRunner::compute(const Task& task, std::vector<float>* outputs, OperationReport& report,
                         const engine::Progress& progress) {
  const StreamGeometry& geometry = task.plan.geometry();
  const OperandTensors tensors = operands();
  const OperandTensors loaded = memory_ ? memory_->load(tensors) : tensors;
  const engine::OutputProblem computed{task.plan, loaded, task.bits, task.machine, exact_};
  if (report.verify.kind == VerifyRequest::Kind::none) {
    std::vector<float> all = engine::compute_outputs(computed, {}, progress);
    if (memory_) memory_->write_back(all);
    *outputs = std::move(all);
    return;
  }
  golden::Problem problem;
  problem.operation = report.operation;
  problem.sparse = report.sparse;
  problem.shape = layer_.shape;
  problem.activations = tensors.activations;
  problem.weights = tensors.weights;
  problem.output_gradients = tensors.output_gradients;
  problem.sidedness = golden_sidedness(task.machine.sidedness);
  problem.dilation_zeros_removed = geometry.dilation_zeros_removed;
  std::optional<std::vector<std::int64_t>> sample;
  std::unordered_set<std::uint64_t> sampled_passes;
  if (report.verify.kind == VerifyRequest::Kind::sample) {
    sample = sample_outputs(report.outputs, report.verify.count);
    for (const std::int64_t index : *sample) {
      const auto place = task.plan.output_place(index);
      if (!place) continue;
      const Segment& segment = *place->segment;
      for (std::int64_t before = 0; before < segment.blocks; ++before) {
        sampled_passes.insert(task.plan.pass_of(*place) -
                              static_cast<std::uint64_t>(before) * segment.passes());
      }
    }
  }
  golden::Judge judge(problem,
                      {geometry.rows, geometry.columns, task.machine.tiles, geometry.lanes,
                       geometry.reduction_rows},
                      exact_, sample);
  const bool rows_share = task.machine.sidedness != Sidedness::two_sided;

  // The given result takes the place of the computed one; of a sample, where one was computed.
  const std::unordered_set<std::int64_t> asked =
      given_ != nullptr && sample ? std::unordered_set<std::int64_t>(sample->begin(), sample->end())
                                  : std::unordered_set<std::int64_t>();
  const auto take_given = [&](std::int64_t index, float& output) {
    if (sample && asked.count(index) == 0) return;
    const float given = (*given_)[static_cast<std::size_t>(index)];
    if (std::memcmp(&given, &output, sizeof(float)) != 0) ++different_;
    output = given;
  };

  const auto judge_pass = [&](const engine::PassResults& results, std::int64_t column_group) {
    PassRecord record;
    record.pass = pass_id(results, column_group);
    if (sample && sampled_passes.count(record.pass) == 0) return;
    record.tile = results.segment->tile(number_of(results, column_group), task.machine.tiles);
    record.schedulers_a_row = rows_share ? 1 : geometry.columns;
    record.slots = *results.slots;
    record.outputs.resize(std::size_t{geometry.rows} * geometry.columns);
    const std::int64_t first = (column_group - results.first_column_group) * geometry.columns;
    const std::int64_t columns = std::min<std::int64_t>(geometry.columns, results.columns - first);
    const std::int64_t rows = std::min<std::int64_t>(
        geometry.rows, results.segment->I - results.row_group * geometry.rows);
    const std::int64_t first_row = results.row_group * geometry.rows;
    for (std::int64_t row = 0; row < rows; ++row) {
      const float* const from = results.outputs + row * results.columns + first;
      float* const to = record.outputs.data() + row * geometry.columns;
      std::copy(from, from + columns, to);
      if (given_ == nullptr || !results.segment->last_block()) continue;
      for (std::int64_t column = 0; column < columns; ++column) {
        const std::int64_t index = task.plan.output_index(*results.segment, first_row + row,
                                                          column_group * geometry.columns + column);
        take_given(index, to[column]);
      }
    }
    judge.judge(record);
  };
  StepCheck steps(task.machine.tiles, geometry.lanes);
  const bool every_pass = !sample || outputs != nullptr;
  const engine::PassSink sink = [&](const engine::PassResults& results) {
    if (every_pass) steps.add(results);
    const bool whole = results.column_groups == results.segment->column_groups;
    if (!sample && rows_share && whole) {
      const std::size_t rows = static_cast<std::size_t>(std::min<std::int64_t>(
          geometry.rows, results.segment->I - results.row_group * geometry.rows));
      RowGroupRecord record;
      record.first_pass = pass_id(results, 0);
      record.column_groups = results.column_groups;
      record.slots = *results.slots;
      record.outputs.assign(results.outputs,
                            results.outputs + rows * static_cast<std::size_t>(results.columns));
      if (given_ != nullptr && results.segment->last_block()) {
        std::size_t at = 0;
        for (std::size_t row = 0; row < rows; ++row) {
          for (std::int64_t column = 0; column < results.columns; ++column) {
            take_given(
                task.plan.output_index(
                    *results.segment,
                    results.row_group * geometry.rows + static_cast<std::int64_t>(row), column),
                record.outputs[at++]);
          }
        }
      }
      judge.judge_row_group(record);
      return;
    }
    for (std::int64_t group = 0; group < results.column_groups; ++group) {
      judge_pass(results, results.first_column_group + group);
    }
  };
  if (sample && outputs == nullptr) {
    engine::compute_sample(computed, *sample, sink, progress);
  } else {
    std::vector<float> all = engine::compute_outputs(computed, sink, progress);
    if (memory_) memory_->write_back(all);
    if (outputs != nullptr) *outputs = std::move(all);
  }
  if (every_pass) steps.require(report.run.steps);
  report.verdict = judge.finish();
  if (task.machine.sidedness == Sidedness::none) report.dense_verdict = report.verdict;
}

}  // namespace tensordash
