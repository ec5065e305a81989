#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/mapping/side_operand.h"
#include "platform/run/fault_request.h"

namespace tensordash {

FaultTensor fault_tensor(OperandTensor tensor);

/// What an operation reads of one of its operands.
struct OperandRead {
  const TensorImage* image = nullptr;
  const std::vector<bool>* groups = nullptr;          ///< [group] that it reads
  const std::vector<std::uint16_t>* units = nullptr;  ///< [group] of 32 bytes that are used
  unsigned transfer_bytes = 32;                       ///< what the DRAM moves at least
};

/// The faults that are asked for in one operation of a layer.
class OperationFaults {
 public:
  OperationFaults() = default;
  OperationFaults(const std::vector<FaultRequest>& all, const std::string& layer,
                  Operation operation);

  bool any() const { return !faults_.empty(); }
  /// Those in a tensor that lies where `image` says.
  std::vector<FaultPlace> places(FaultTensor tensor, const TensorImage& image) const;

  /// Throws RequestError, saying what is allowed, when there are faults: the operation has met none
  /// of them, because they are where it does not look. `reads` [OperandTensor].
  void refuse_unmet(const std::array<std::optional<OperandRead>, 3>& reads) const;

 private:
  std::vector<FaultRequest> faults_;
};

}  // namespace tensordash
