#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <variant>

#include "models/layer/layer_shape.h"
#include "models/layer/operation.h"
#include "models/layout/dram_image.h"
#include "models/mapping/side_operand.h"

namespace tensordash {

/// Addresses from `first`, `bytes` of them.
struct AddressRange {
  std::uint64_t first = 0, bytes = 0;

  bool overlaps(const AddressRange& other) const {
    return bytes != 0 && other.bytes != 0 && first <= other.first + (other.bytes - 1) &&
           other.first <= first + (bytes - 1);
  }
};

/// One of the three operations, as a descriptor asks for it.
struct OperationJob {
  Operation operation = Operation::forward;
  SparseOperand sparse = SparseOperand::activations;
  bool dense = false;  ///< schedulers bypassed
  bool dilation_zeros_removed = false;
  std::int64_t reduction_rows = 0;
  LayerShape shape;
  unsigned value_bytes = 4;                            ///< of operands
  std::array<std::optional<TensorImage>, 3> operands;  ///< [OperandTensor] that it reads
  std::optional<TensorImage> result;

  const TensorImage& operand(OperandTensor tensor) const {
    return *operands[static_cast<std::size_t>(tensor)];
  }
};

/// A tensor from C order into groups, or back.
struct ConversionJob {
  bool to_plain = false;
  std::optional<TensorImage> image;  ///< in groups
  std::uint64_t plain = 0;           ///< address of value 0 in C order, fp32
  std::int64_t values = 0;
};

/// Nothing.
struct EmptyJob {};

/// What a descriptor asks for, checked.
struct Job {
  bool interrupt = false;  ///< at its end
  std::uint32_t tag = 0;
  std::variant<EmptyJob, OperationJob, ConversionJob> work;
};

}  // namespace tensordash
