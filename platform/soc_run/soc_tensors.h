#pragma once

#include <array>
#include <optional>
#include <vector>

#include "models/layout/dram_image.h"
#include "platform/run/operand_set.h"
#include "platform/soc_run/soc_driver.h"

namespace tensordash {

/// How tensors lie in the memory of the system.
struct SocLayout {
  unsigned lanes = 16;
  unsigned value_bytes = 4;          ///< of operands: fp32 or bf16
  bool compressed = true;            ///< operands
  bool plain = false;                ///< the host knows C order only, fp32
  std::uint64_t first = 0, end = 0;  ///< addresses to place them at
};

/// What the descriptors of operations ask for beside the layer.
struct SocChoices {
  bool dilation_removed = false;
  unsigned reduction_rows = 0;
};

/// The tensors of a layer in memory, and descriptors of what is to be done with them.
class SocTensors {
 public:
  /// Stores the operands through `memory`, as groups or in C order. Throws ConfigError when they do
  /// not fit. `layer` may go afterwards.
  SocTensors(const OperandSet& layer, const SocLayout& layout, BytePort& memory);

  /// Plain: the descriptor that makes groups of an operand.
  SocDescriptor from_plain(SocDriver& driver, OperandTensor tensor) const;
  SocDescriptor operation(SocDriver& driver, Operation operation, SparseOperand sparse,
                          const SocChoices& choices) const;
  /// Plain: the descriptor that puts a result into C order.
  SocDescriptor to_plain(SocDriver& driver, Operation operation) const;

  /// The result in C order, read back.
  std::vector<float> result(Operation operation, BytePort& memory) const;
  std::size_t result_count(Operation operation) const;
  const TensorImage& operand_image(OperandTensor tensor) const;
  const TensorImage& result_image(Operation operation) const;

 private:
  tensordash_tensor tensor(OperandTensor which) const;
  tensordash_options options() const;

  LayerShape shape_;
  tensordash_shape words_{};
  SocLayout layout_;
  std::array<std::optional<TensorImage>, 3> operands_, results_;
  std::array<std::uint64_t, 3> plain_operands_{}, plain_results_{};
};

}  // namespace tensordash
