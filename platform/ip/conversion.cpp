#include "platform/ip/conversion.h"

#include <algorithm>
#include <utility>

#include "hw/numeric/bf16.h"
#include "platform/ip/job_error.h"

namespace tensordash {
namespace {

/// A copy of the memory that knows what was written.
class RecordedMemory : public BytePort {
 public:
  explicit RecordedMemory(ImageMemory& memory) : memory_(memory) {}

  void read(std::uint64_t address, void* to, std::size_t bytes) override {
    memory_.read(address, to, bytes);
  }
  void write(std::uint64_t address, const void* from, std::size_t bytes) override {
    memory_.write(address, from, bytes);
    append_bursts(address, bytes, true, bursts_);
  }

  std::vector<Burst> take() { return std::move(bursts_); }

 private:
  ImageMemory& memory_;
  std::vector<Burst> bursts_;
};

void transfer(std::vector<Burst> bursts, MemoryAccess& access, const RequestLimits& limits,
              ImageMemory& copy) {
  BurstList list(std::move(bursts), limits.outstanding, limits.a_clock);
  MemoryCopy exchange(copy);
  access.run(list, exchange);
}

}  // namespace

void run_conversion(const ConversionJob& job, MemoryAccess& access, const RequestLimits& limits) {
  ImageMemory copy;
  const TensorImage& image = *job.image;
  const auto plain_bytes = static_cast<std::uint64_t>(job.values) * sizeof(float);
  std::vector<Burst> bursts;
  if (job.to_plain) {
    const std::vector<float> values =
        read_image(image, nullptr, ReadMode::timed, access, limits, copy);
    copy.write(job.plain, values.data(), plain_bytes);
    append_bursts(job.plain, plain_bytes, true, bursts);
    transfer(std::move(bursts), access, limits, copy);
    return;
  }
  append_bursts(job.plain, plain_bytes, false, bursts);
  transfer(std::move(bursts), access, limits, copy);
  std::vector<float> values(static_cast<std::size_t>(job.values));
  copy.read(job.plain, values.data(), plain_bytes);
  if (image.value_bytes == 2) {
    for (float& value : values) value = bf16_round(value);
  }
  RecordedMemory recorded(copy);
  store_tensor(image, values.data(), recorded);
  transfer(recorded.take(), access, limits, copy);
}

}  // namespace tensordash
