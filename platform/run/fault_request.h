#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/layer/layer_shape.h"
#include "models/layer/operation.h"
#include "models/layout/dram_image.h"

namespace tensordash {

enum class FaultKind : std::uint8_t {
  flip,   ///< a bit of the image is the other way round
  error,  ///< the DRAM answers requests that touch a burst with TLM_GENERIC_ERROR_RESPONSE
};

/// The tensors of an operation that lie in DRAM.
enum class FaultTensor : std::uint8_t { activations, weights, gradients, outputs };

/// "activations", "weights", "gradients", "outputs".
const char* name_of(FaultTensor tensor);

/// A fault that a user asks for. It is written KIND:LAYER:OPERATION:TENSOR:PLACE, the place
/// BYTE or data+BYTE of the tensor's slots, or directory+BYTE, decimal or 0x and hexadecimal; for a
/// flip .BIT may follow, 0 to 7, else it is bit 0.
struct FaultRequest {
  FaultKind kind = FaultKind::flip;
  std::string layer;  ///< may hold colons
  Operation operation = Operation::forward;
  FaultTensor tensor = FaultTensor::activations;
  bool directory = false;  ///< else the data
  std::uint64_t byte = 0;  ///< from the first of the data or directory
  unsigned bit = 0;
  std::string text;  ///< as written
};

/// Reads a fault. Throws RequestError (platform/run/run_request.h), saying what is allowed: parts
/// that are missing or unknown, a tensor that the operation does not touch, a bit of an error, a
/// flip of outputs, which no operation reads.
FaultRequest fault_request(const std::string& text);

/// The layout of a fault's tensor in memory.
TensorLayout layout_of(const FaultRequest& fault, const LayerShape& shape, unsigned lanes);

/// Throws RequestError, saying what is allowed, for a place that the image does not have.
void require_place(const FaultRequest& fault, const TensorImage& image);

/// A fault in a memory.
struct FaultPlace {
  FaultKind kind = FaultKind::flip;
  bool write = false;         ///< an error of writes, else of reads
  std::uint64_t address = 0;  ///< of the byte
  std::uint8_t mask = 0;      ///< the bit of a flip
};

/// Where a fault is, for a tensor that lies where `image` says. Throws as require_place() does.
FaultPlace place_of(const FaultRequest& fault, const TensorImage& image);

/// The groups that a byte of an image's regions belongs to, in words: "group 3", or "directory of
/// groups 32 to 63" for a line of 64 bytes.
std::string groups_at(const TensorImage& image, std::uint64_t address);

/// Data that the memory did not give, or gave wrong: what() names layer, operation, tensor, group
/// and address. The run has no result.
class MemoryFault : public std::runtime_error {
 public:
  /// `what`: "group 3, address 0x1c40: ..."
  MemoryFault(const std::string& layer, Operation operation, const std::string& tensor,
              const std::string& what);
};

}  // namespace tensordash
