#pragma once

#include <cstddef>
#include <memory>
#include <tlm>
#include <vector>

namespace tensordash {

/// Memory manager of an initiator: hands out payloads, takes them back when their last reference is
/// released, and hands them out again. Outlives the simulation of every payload it gave.
class PayloadPool : public tlm::tlm_mm_interface {
 public:
  PayloadPool();
  /// Warns under /tensordash/dram/payloads when payloads are still out, unless an exception ended
  /// the simulation.
  ~PayloadPool() override;
  PayloadPool(const PayloadPool&) = delete;
  PayloadPool& operator=(const PayloadPool&) = delete;

  /// A payload as new, acquired once; release() it when done. It has no data.
  tlm::tlm_generic_payload& take();

  /// The same with a data buffer of its own: data pointer, length and streaming width are set to
  /// `bytes` bytes, which are 0.
  tlm::tlm_generic_payload& take(std::size_t bytes);

  /// Gives a payload of this pool a byte enable buffer of its own, all bytes enabled.
  static void add_byte_enables(tlm::tlm_generic_payload& payload, std::size_t bytes);

  /// Payloads that were taken and have not come back.
  std::size_t outstanding() const { return payloads_.size() - free_.size(); }
  /// Payloads ever made.
  std::size_t size() const { return payloads_.size(); }

  /// Called by the payload at its last release().
  void free(tlm::tlm_generic_payload* payload) override;

 private:
  class Payload;

  const int exceptions_;  ///< in flight when the pool was made
  std::vector<std::unique_ptr<Payload>> payloads_;
  std::vector<Payload*> free_;
};

}  // namespace tensordash
