#pragma once

#include <vector>

#include "models/layout/dram_image.h"
#include "models/layout/image_memory.h"
#include "platform/ip/burst_list.h"
#include "platform/ip/memory_access.h"

namespace tensordash {

/// How many requests a machine has under way, and issues at an edge.
struct RequestLimits {
  unsigned outstanding = 64;
  unsigned a_clock = 2;
};

/// Bytes into and out of a copy of the memory.
class MemoryCopy : public ByteExchange {
 public:
  explicit MemoryCopy(ImageMemory& memory) : memory_(memory) {}

  void came(std::uint64_t address, const std::uint8_t* data, unsigned bytes) override {
    memory_.write(address, data, bytes);
  }
  void give(std::uint64_t address, std::uint8_t* data, unsigned bytes) override {
    memory_.read(address, data, bytes);
  }

 private:
  ImageMemory& memory_;
};

/// Whether reading a tensor takes time.
enum class ReadMode {
  peek,   ///< none, where the memory lets itself be looked into; else it takes its time
  timed,  ///< it does
};

/// Reads a tensor, C order, from the platform's memory; of it the `wanted` groups, null: all. What
/// was read stays in `copy`. Throws JobError for a memory that refuses and data that cannot be,
/// JobStopped.
std::vector<float> read_image(const TensorImage& image, const std::vector<bool>* wanted,
                              ReadMode mode, MemoryAccess& access, const RequestLimits& limits,
                              ImageMemory& copy);

/// Units that the memory moves for each group, by the directory entries in `copy`; 0 for groups
/// that are not `read`. Empty for an image without a directory.
std::vector<std::uint16_t> units_read(const TensorImage& image, const std::vector<bool>& read,
                                      ImageMemory& copy);

/// Values of a tensor with this layout.
std::int64_t value_count(const TensorLayout& layout);

}  // namespace tensordash
