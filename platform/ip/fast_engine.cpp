#include "platform/ip/fast_engine.h"

#include <array>
#include <cstring>

#include "hw/dma/dma_limits.h"
#include "models/mapping/mapping_error.h"
#include "platform/ip/array_clocks.h"
#include "platform/ip/functional_operation.h"
#include "platform/ip/job_error.h"

namespace tensordash {
namespace {

/// Results go out; operands must come as they were when they were scheduled.
class OperationBytes : public ByteExchange {
 public:
  OperationBytes(ImageMemory& operands, ImageMemory& results)
      : operands_(operands), results_(results) {}

  void came(std::uint64_t address, const std::uint8_t* data, unsigned bytes) override {
    std::array<std::uint8_t, dma_request_bytes> before{};
    operands_.read(address, before.data(), bytes);
    if (std::memcmp(before.data(), data, bytes) != 0) {
      throw JobError(ErrorCode::data, 0, address, "an operand changed while it was used");
    }
  }
  void give(std::uint64_t address, std::uint8_t* data, unsigned bytes) override {
    results_.read(address, data, bytes);
  }

 private:
  ImageMemory& operands_;
  ImageMemory& results_;
};

}  // namespace

OperationCounts FastEngine::run(const OperationJob& job) {
  FunctionalOperation operation(machine_, job, access_);
  ImageMemory result_memory;
  OperationCounts counts;
  operation.store_results(result_memory, counts);
  const OperationProblem problem = operation.problem();
  try {
    OperationTimeline timeline(problem);
    if (in_reset_) access_.pass(array_reset_clocks + array_wake_clocks);
    in_reset_ = false;
    OperationBytes bytes(operation.memory(), result_memory);
    access_.run(timeline, bytes);
    access_.pass(array_end_clocks);
    const MemoryTiming timing = timeline.result();
    counts.cycles = timing.cycles;
    counts.steps = timing.steps;
    counts.ledger = operation.ledger(timing);
  } catch (const MappingError& misfit) {
    throw JobError(ErrorCode::mapping, 0, 0, misfit.what());
  }
  return counts;
}

void FastEngine::recover() {
  in_reset_ = true;
  access_.pass(array_reset_clocks);
}

}  // namespace tensordash
