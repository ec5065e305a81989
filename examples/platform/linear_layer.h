// A program for the processor: a linear layer on the accelerator, by its driver. The tensors lie in
// memory in C order; the accelerator brings them into groups, multiplies, and brings them back.
#pragma once

#include <vector>

#include "platform/driver/tensordash.h"
#include "processor.h"

/// How the driver reaches the accelerator.
inline tensordash_bus bus_of(Processor& processor) {
  return {&processor,
          [](void* context, std::uint32_t offset) {
            return static_cast<Processor*>(context)->read(offset);
          },
          [](void* context, std::uint32_t offset, std::uint32_t value) {
            static_cast<Processor*>(context)->write(offset, value);
          },
          [](void* context, std::uint64_t address, const std::uint32_t* words, std::size_t count) {
            std::vector<std::uint32_t> copy(words, words + count);
            static_cast<Processor*>(context)->store(address, copy.data(), count * sizeof *words);
          },
          nullptr};
}

/// O[n][m] = A[n][c] * W[m][c]; returns O.
inline std::vector<float> linear_layer(Processor& processor, std::vector<float> a,
                                       std::vector<float> w, std::uint32_t n, std::uint32_t c,
                                       std::uint32_t m) {
  processor.store(0x10000, a.data(), a.size() * sizeof(float));
  processor.store(0x20000, w.data(), w.size() * sizeof(float));
  const tensordash_bus bus = bus_of(processor);
  tensordash_device device;
  if (tensordash_init(&device, &bus) != TENSORDASH_OK) return {};
  if (tensordash_ring_start(&device, 0x1000, 3, true) != TENSORDASH_OK) return {};
  tensordash_interrupts_enable(&device,
                               TENSORDASH_IRQ_ENABLE_DONE_MASK | TENSORDASH_IRQ_ENABLE_ERROR_MASK);
  const tensordash_shape layer = {n, c, m, 1, 1, 1, 1, 1, 1, 0, 0, 1, 1, 1};
  const tensordash_tensor a_groups = {0x30000, 0x40000, true}, w_groups = {0x50000, 0x60000, true};
  const tensordash_tensor o_groups = {0x70000, 0, false};
  tensordash_options last = {};
  last.interrupt = true;
  std::uint32_t words[4][TENSORDASH_DESCRIPTOR_WORDS], ticket = 0;
  tensordash_encode_from_plain(&device, &layer, TENSORDASH_TENSOR_A, nullptr, 0x10000, &a_groups,
                               words[0]);
  tensordash_encode_from_plain(&device, &layer, TENSORDASH_TENSOR_W, nullptr, 0x20000, &w_groups,
                               words[1]);
  tensordash_encode_forward(&device, &layer, nullptr, &a_groups, &w_groups, o_groups.data,
                            words[2]);
  tensordash_encode_to_plain(&device, &layer, TENSORDASH_TENSOR_O, &last, &o_groups, 0x80000,
                             words[3]);
  for (const auto& descriptor : words) tensordash_submit(&device, descriptor, &ticket);
  processor.wait_for_interrupt();
  if (tensordash_wait(&device, ticket, 1, nullptr, nullptr) != TENSORDASH_OK) return {};
  std::vector<float> o(std::size_t{n} * m);
  processor.load(0x80000, o.data(), o.size() * sizeof(float));
  return o;
}

/// A layer whose sums are small integers, and what must come out.
class LinearTest {
 public:
  LinearTest() {
    for (std::size_t at = 0; at < a_.size(); ++at) {
      a_[at] = at % 3 == 0 ? 0 : static_cast<float>(at);
    }
    for (std::size_t at = 0; at < w_.size(); ++at) w_[at] = static_cast<float>(at % 5);
  }

  void run(Processor& processor) { o_ = linear_layer(processor, a_, w_, n, c, m); }

  bool right() const {
    std::vector<float> expected;
    for (std::uint32_t image = 0; image < n; ++image) {
      for (std::uint32_t filter = 0; filter < m; ++filter) {
        float sum = 0;
        for (std::uint32_t k = 0; k < c; ++k) sum += a_[image * c + k] * w_[filter * c + k];
        expected.push_back(sum);
      }
    }
    return o_ == expected;
  }

 private:
  static constexpr std::uint32_t n = 2, c = 64, m = 8;
  std::vector<float> a_ = std::vector<float>(n * c), w_ = std::vector<float>(m * c), o_;
};
