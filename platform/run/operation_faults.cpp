#include "platform/run/operation_faults.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "hw/compression/zero_compression.h"
#include "platform/run/memory_report.h"
#include "platform/run/run_request.h"

namespace tensordash {
namespace {

constexpr OperandTensor all_operands[] = {OperandTensor::activations, OperandTensor::weights,
                                          OperandTensor::gradients};

/// Bytes of a group's slot that can have such a fault: that are looked at, or that move.
std::uint64_t bytes_used(const OperandRead& read, std::uint64_t group, FaultKind kind) {
  const TensorImage& image = *read.image;
  const std::uint64_t used = image.compressed
                                 ? std::uint64_t{(*read.units)[group]} * unit_bytes
                                 : raw_units(image.group_values(), image.value_bytes) * unit_bytes;
  if (kind == FaultKind::flip) return used;
  if (!image.compressed) return image.slot_bytes();
  return (used + read.transfer_bytes - 1) / read.transfer_bytes * read.transfer_bytes;
}

}  // namespace

FaultTensor fault_tensor(OperandTensor tensor) {
  switch (tensor) {
    case OperandTensor::activations:
      return FaultTensor::activations;
    case OperandTensor::weights:
      return FaultTensor::weights;
    case OperandTensor::gradients:
      break;
  }
  return FaultTensor::gradients;
}

OperationFaults::OperationFaults(const std::vector<FaultRequest>& all, const std::string& layer,
                                 Operation operation) {
  std::copy_if(all.begin(), all.end(), std::back_inserter(faults_), [&](const FaultRequest& fault) {
    return fault.layer == layer && fault.operation == operation;
  });
}

std::vector<FaultPlace> OperationFaults::places(FaultTensor tensor,
                                                const TensorImage& image) const {
  std::vector<FaultPlace> found;
  for (const FaultRequest& fault : faults_) {
    if (fault.tensor == tensor) found.push_back(place_of(fault, image));
  }
  return found;
}

void OperationFaults::refuse_unmet(const std::array<std::optional<OperandRead>, 3>& reads) const {
  if (faults_.empty()) return;
  const FaultRequest& fault = faults_.front();
  const auto* const operand =
      std::find_if(std::begin(all_operands), std::end(all_operands),
                   [&](OperandTensor tensor) { return fault_tensor(tensor) == fault.tensor; });
  if (operand == std::end(all_operands)) {
    throw std::logic_error(fmt::format("--fault {}: the outputs were all written", fault.text));
  }
  const OperandRead& read = *reads[static_cast<std::size_t>(*operand)];
  const TensorImage& image = *read.image;
  const std::uint64_t group = fault.byte / (fault.directory ? entry_bytes : image.slot_bytes());
  if (!(*read.groups)[group]) {
    throw RequestError(
        fmt::format("--fault {}: {} does not read group {} of {}; allowed: a group that it reads",
                    fault.text, tensordash::name_of(fault.operation), group, name_of(*operand)));
  }
  const std::uint64_t first = group * image.slot_bytes();
  throw RequestError(fmt::format(
      "--fault {}: nothing looks at this byte of group {}'s slot; allowed: data+{} to data+{}",
      fault.text, group, first, first + bytes_used(read, group, fault.kind) - 1));
}

}  // namespace tensordash
