#pragma once

#include <functional>
#include <systemc>
#include <vector>

#include "hw/dram/lpddr4.h"
#include "models/layout/image_placer.h"
#include "models/trace/trace.h"
#include "platform/ip/accelerator.h"
#include "platform/pin/dram_bytes.h"
#include "tests/platform/ip/descriptor_words.h"

namespace tensordash::testing {

/// An accelerator on an LPDDR4, and a host that accesses registers between the times at which the
/// simulation runs.
class IpBench : public sc_core::sc_module {
 public:
  static constexpr std::uint64_t ring_base = 0x1000;

  sc_core::sc_clock clk{"clk", sc_core::sc_time(2, sc_core::SC_NS), 0.5,
                        sc_core::sc_time(1, sc_core::SC_NS)};
  sc_core::sc_signal<bool> rst_n{"rst_n", true}, irq{"irq"};
  Accelerator<> accelerator;
  Lpddr4<> memory;
  DramBytes bytes{"bytes"};
  tlm_utils::simple_initiator_socket<IpBench> host{"host"};

  IpBench(const sc_core::sc_module_name& name, const AcceleratorParameters& parameters);

  std::uint32_t read(std::uint32_t offset);
  void write(std::uint32_t offset, std::uint32_t value);
  std::uint64_t counter(unsigned number);

  /// Sets up the ring, of 2^log2 descriptors, and enables.
  void start(unsigned log2 = 3);
  /// Puts a descriptor into the ring and rings the bell.
  void submit(const HandDescriptor& descriptor);
  /// Lets the simulation run until the accelerator is idle; false: it was not within `most`.
  bool wait_idle(const sc_core::sc_time& most = sc_core::sc_time(1, sc_core::SC_SEC));

 private:
  void access(tlm::tlm_command command, std::uint32_t offset, std::uint32_t& value);

  std::uint32_t tail_ = 0;
  unsigned log2_ = 0;
};

/// The tensors of a layer in memory: operands as they are given, results to come.
class PlacedLayer {
 public:
  /// `value_bytes`: of operands; bf16 values must be given rounded.
  PlacedLayer(const TraceLayer& layer, unsigned lanes, unsigned value_bytes, bool compressed,
              BytePort& memory, std::uint64_t base = 0x10000);

  HandDescriptor descriptor(Operation operation, SparseOperand sparse,
                            std::uint32_t flags = 0) const;
  std::vector<float> result(Operation operation, BytePort& memory) const;
  const TensorImage& result_image(Operation operation) const;
  /// Behind everything.
  std::uint64_t end() const { return end_; }

 private:
  LayerShape shape_;
  std::vector<TensorImage> operands_, results_;
  std::uint64_t end_ = 0;
};

/// Bytes of an image.
std::vector<std::uint8_t> image_bytes(const TensorImage& image, BytePort& memory);

}  // namespace tensordash::testing
