#pragma once

#include <array>
#include <random>
#include <systemc>
#include <vector>

#include "models/layout/byte_port.h"
#include "platform/ip/accelerator.h"
#include "platform/soc/memory.h"
#include "tests/models/dataflow/random_layer.h"
#include "tests/platform/ip/descriptor_words.h"
#include "tests/platform/ip/ip_bench.h"

namespace tensordash::testing {

/// How an accelerator works.
struct Style {
  const char* name;
  Transport transport;
  EngineLevel level;
  bool dmi;
};

inline constexpr std::array<Style, 4> all_styles = {
    Style{"lt", Transport::loosely_timed, EngineLevel::fast, false},
    Style{"dmi", Transport::loosely_timed, EngineLevel::fast, true},
    Style{"at", Transport::approximately_timed, EngineLevel::fast, true},
    Style{"pin", Transport::approximately_timed, EngineLevel::pin, true}};

/// Tensors of any dataflow_testing::random_shape fit: at most 192 groups of 256 values. With less,
/// 2^12, descriptors of random words are refused before they cost much.
inline constexpr unsigned random_layers_log2 = 16;

/// Two tiles of 2 x 2 PEs.
AcceleratorParameters small_machine(const Style& style, unsigned max_elements_log2 = 12);

/// The bytes of a memory themselves.
class RawBytes : public BytePort {
 public:
  explicit RawBytes(MemoryCore& memory) : memory_(memory) {}
  void read(std::uint64_t address, void* to, std::size_t bytes) override;
  void write(std::uint64_t address, const void* from, std::size_t bytes) override;

 private:
  MemoryCore& memory_;
};

/// What the error registers tell.
struct Syndrome {
  std::uint32_t code = 0, detail = 0, descriptor = 0;
  std::uint64_t address = 0;
};

/// An accelerator on a RAM of any temper, and a host that accesses registers between the times at
/// which the simulation runs.
class GuestBench : public sc_core::sc_module {
 public:
  static constexpr std::uint64_t ring_base = 0x1000;

  sc_core::sc_clock clk{"clk", sc_core::sc_time(2, sc_core::SC_NS), 0.5,
                        sc_core::sc_time(1, sc_core::SC_NS)};
  sc_core::sc_signal<bool> rst_n{"rst_n", true}, irq{"irq"};
  Accelerator<> accelerator;
  Memory<> memory;
  RawBytes bytes{memory};
  tlm_utils::simple_initiator_socket<GuestBench> host{"host"};
  tlm_utils::simple_initiator_socket<GuestBench> other{"other"};  ///< to the memory

  GuestBench(const sc_core::sc_module_name& name, const AcceleratorParameters& parameters,
             const RamParameters& of_memory);

  tlm::tlm_response_status access(tlm::tlm_command command, std::uint32_t offset,
                                  std::uint32_t& value);
  std::uint32_t read(std::uint32_t offset);
  void write(std::uint32_t offset, std::uint32_t value);
  std::uint64_t counter(unsigned number);
  Syndrome syndrome();

  void start(unsigned log2 = 3, std::uint32_t control = 1, std::uint64_t base = ring_base);
  void submit(const HandDescriptor& descriptor);
  bool wait_idle();
  /// Lets what happens at this moment come to its end.
  void settle();
  /// Runs one descriptor to its end; clears events and errors before.
  void run(const HandDescriptor& descriptor);
  void clear();

 private:
  std::uint32_t tail_ = 0;
  unsigned log2_ = 0;
  std::uint64_t base_ = 0;
};

/// A layer of small whole numbers in memory, and the bytes that its operations must give.
class GuestLayer {
 public:
  GuestLayer(const LayerShape& shape, std::mt19937& random, BytePort& memory, bool compressed,
             std::uint64_t base = 0x10000, unsigned value_bytes = 4, unsigned lanes = 16);

  HandDescriptor descriptor(Operation operation, std::uint32_t flags = interrupt_flag) const;
  const TensorImage& result(Operation operation) const { return placed_.result_image(operation); }
  const std::vector<std::uint8_t>& expected(Operation operation) const {
    return expected_[static_cast<std::size_t>(operation)];
  }
  bool right(Operation operation, BytePort& memory) const;
  /// Overwrites the result with something else.
  void spoil(Operation operation, BytePort& memory) const;
  std::uint64_t end() const { return placed_.end(); }

 private:
  GuestLayer(const dataflow_testing::LayerTensors& layer, BytePort& memory, bool compressed,
             std::uint64_t base, unsigned value_bytes, unsigned lanes);

  PlacedLayer placed_;
  std::array<std::vector<std::uint8_t>, 3> expected_;
};

/// A convolution with some of everything, a few hundred clocks long.
LayerShape small_shape();
/// Bytes of no meaning everywhere in the memory.
void fill_with_garbage(MemoryCore& memory, std::uint64_t bytes, unsigned seed);
std::uint64_t address_in(const HandDescriptor& descriptor, unsigned word);

}  // namespace tensordash::testing
