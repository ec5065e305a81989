#include "platform/soc_run/soc_program.h"

#include <fmt/format.h>

#include "models/engine/operand_bits.h"
#include "platform/config/mapping_file.h"
#include "platform/run/interrupt.h"

namespace tensordash {
namespace {

constexpr unsigned ring_log2 = 4;  // three operations with all their conversions fit

/// Values and schedules do not depend on the memory, and its clocks are the accelerator's business.
Config without_memory(Config config) {
  config.set("memory", "ideal");
  return config;
}

std::optional<OutputFolder> folder_of(const SocRequest& request, const LayerSource& source,
                                      const RunPlan& plan) {
  if (!request.run.outputs) return std::nullopt;
  std::vector<std::string> names;
  for (const PlannedLayer& layer : plan.layers) names.push_back(source.layers()[layer.index].name);
  return std::optional<OutputFolder>(std::in_place, *request.run.outputs, names);
}

bool reads(Operation operation, OperandTensor tensor) {
  switch (tensor) {
    case OperandTensor::activations:
      return reads_activations(operation);
    case OperandTensor::weights:
      return reads_weights(operation);
    case OperandTensor::gradients:
      break;
  }
  return reads_gradients(operation);
}

}  // namespace

/// The descriptors of one operation, in their order in the ring.
struct SocProgram::Queued {
  Operation operation = Operation::forward;
  SparseOperand sparse = SparseOperand::activations;
  std::vector<std::uint32_t> before;  ///< tickets of conversions of operands
  std::uint32_t ticket = 0;
  std::optional<std::uint32_t> after;  ///< of the conversion of the result
};

SocProgram::SocProgram(const SocRequest& request, const LayerSource& source, const RunPlan& plan,
                       SmallSoc& soc)
    : request_(request),
      source_(source),
      plan_(plan),
      soc_(soc),
      judge_config_(without_memory(request.run.config)),
      judge_(judge_config_, request.run.verify),
      folder_(folder_of(request, source, plan)),
      line_(plan.macs(source)) {
  report_.model = source.model();
  report_.trace = source.name();
  report_.synthetic = source.synthetic();
  report_.epoch = source.epoch();
  report_.request = request;
}

void SocProgram::run(HostCore& host) {
  SocDriver driver(host, SmallSocMap::accelerator(0), 0, SmallSocMap::sram, ring_log2);
  for (const PlannedLayer& layer : plan_.layers) run_layer(layer, driver, host);
  line_.clear();
}

void SocProgram::run_layer(const PlannedLayer& planned, SocDriver& driver, HostCore& host) {
  const LayerOutline& outline = source_.layers()[planned.index];
  if (planned.operations.empty()) return;
  check_interrupted();
  judge_.release();
  OperandSet operands = prepare_operands(source_.read(planned.index), request_.run.config);
  SocLayout layout;
  layout.lanes = driver.device().capabilities.lanes;
  layout.value_bytes = request_.run.config.text("dtype") == "bf16" ? 2 : 4;
  layout.compressed = request_.run.config.text("zero_compression") == "on";
  layout.plain = request_.plain;
  layout.first = SmallSocMap::dram;
  layout.end = soc_.dram_end();
  const SocTensors tensors(operands, layout, soc_.bytes);
  const std::vector<Queued> queued = queue(planned, operands, tensors, driver);
  if (request_.run.verify.kind != VerifyRequest::Kind::none) {
    judge_.begin({operands.name, operands.shape, std::move(operands.activations),
                  std::move(operands.weights), std::move(operands.output_gradients)});
  }
  SocLayer layer{outline.name, outline.shape, {}};
  for (const Queued& one : queued) {
    line_.begin(fmt::format("{} {}", outline.name, name_of(one.operation)),
                static_cast<double>(outline.shape.macs()));
    SocOperation operation;
    operation.operation = one.operation;
    operation.sparse = one.sparse;
    for (const std::uint32_t ticket : one.before) {
      operation.conversions.add(driver.wait_and_count(ticket));
    }
    operation.figures = driver.wait_and_count(one.ticket);
    if (one.after) operation.conversions.add(driver.wait_and_count(*one.after));
    host.synchronise();
    operation.ended_ps =
        static_cast<std::uint64_t>(sc_core::sc_time_stamp() / sc_core::sc_time(1, sc_core::SC_PS));
    layer.operations.push_back(operation);
  }
  for (SocOperation& operation : layer.operations) {
    check_interrupted();
    operation.outputs = tensors.result_count(operation.operation);
    std::vector<float> results = tensors.result(operation.operation, soc_.bytes);
    verify(results, operation);
    if (folder_) {
      folder_->write(outline.name, outline.shape, operation.operation, std::move(results));
    }
  }
  report_.layers.push_back(std::move(layer));
}

std::vector<SocProgram::Queued> SocProgram::queue(const PlannedLayer& planned,
                                                  const OperandSet& operands,
                                                  const SocTensors& tensors,
                                                  SocDriver& driver) const {
  const LayerShape& shape = operands.shape;
  const engine::ZeroRule& rule =
      request_.run.config.text("dtype") == "bf16" ? engine::bf16_zeros : engine::fp32_zeros;
  const engine::TensorBits activations(operands.activations.values.data(), shape.N, shape.C,
                                       shape.H * shape.W, rule);
  engine::TensorBits gradients;
  if (operands.output_gradients) {
    gradients = {operands.output_gradients->values.data(), shape.N, shape.M, shape.P * shape.Q,
                 rule};
  }
  const MappingTable mapping(request_.run.config);
  SocChoices choices;
  choices.dilation_removed = request_.run.config.text("dilation_zeros") == "removed";
  std::array<bool, 3> there{};
  std::vector<Queued> queued;
  for (const Operation operation : planned.operations) {
    Queued one;
    one.operation = operation;
    one.sparse = engine::sparse_operand(operation, {&activations, &gradients, nullptr});
    choices.reduction_rows = mapping.of(operands.name, operation).reduction_rows;
    for (const OperandTensor tensor :
         {OperandTensor::activations, OperandTensor::weights, OperandTensor::gradients}) {
      bool& made = there[static_cast<std::size_t>(tensor)];
      if (!request_.plain || made || !reads(operation, tensor)) continue;
      one.before.push_back(driver.submit(tensors.from_plain(driver, tensor)));
      made = true;
    }
    one.ticket = driver.submit(tensors.operation(driver, operation, one.sparse, choices));
    if (request_.plain) one.after = driver.submit(tensors.to_plain(driver, operation));
    queued.push_back(std::move(one));
  }
  return queued;
}

void SocProgram::verify(const std::vector<float>& results, SocOperation& operation) {
  if (request_.run.verify.kind == VerifyRequest::Kind::none) return;
  const OperationReport judged = judge_.check(operation.operation, results, operation.different);
  operation.verify = judged.verify;
  operation.verdict = judged.verdict;
  // The same schedule, step by step: the accelerator's counters are those of the fast engine.
  if (judged.run.steps != operation.figures.steps || judged.issued != operation.figures.issued) {
    throw SocError(
        fmt::format("{}: the accelerator counted {} steps and {} pairs, the fast engine {} and {}",
                    name_of(operation.operation), operation.figures.steps, operation.figures.issued,
                    judged.run.steps, judged.issued));
  }
}

SocReport SocProgram::finish() {
  if (folder_) folder_->keep();
  return std::move(report_);
}

}  // namespace tensordash
