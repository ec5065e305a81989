#include "tests/platform/ip/ip_bench.h"

#include "models/mapping/output_plan.h"

namespace tensordash::testing {
namespace {

DramConfiguration dram() {
  DramParameters parameters;
  parameters.queue = 256;
  return DramConfiguration(parameters);
}

}  // namespace

IpBench::IpBench(const sc_core::sc_module_name& name, const AcceleratorParameters& parameters)
    : sc_module(name), accelerator("accelerator", parameters), memory("memory", dram()) {
  accelerator.clk(clk);
  accelerator.rst_n(rst_n);
  accelerator.irq(irq);
  accelerator.memory.bind(memory.socket);
  bytes.socket.bind(memory.socket);
  host.bind(accelerator.registers);
}

void IpBench::access(tlm::tlm_command command, std::uint32_t offset, std::uint32_t& value) {
  tlm::tlm_generic_payload payload;
  payload.set_command(command);
  payload.set_address(offset);
  payload.set_data_ptr(reinterpret_cast<unsigned char*>(&value));
  payload.set_data_length(4);
  payload.set_streaming_width(4);
  sc_core::sc_time delay;
  host->b_transport(payload, delay);
}

std::uint32_t IpBench::read(std::uint32_t offset) {
  std::uint32_t value = 0;
  access(tlm::TLM_READ_COMMAND, offset, value);
  return value;
}

void IpBench::write(std::uint32_t offset, std::uint32_t value) {
  access(tlm::TLM_WRITE_COMMAND, offset, value);
}

std::uint64_t IpBench::counter(unsigned number) {
  return read(0x100 + 8 * number) | std::uint64_t{read(0x104 + 8 * number)} << 32U;
}

void IpBench::start(unsigned log2) {
  log2_ = log2;
  write(0x40, ring_base);
  write(0x48, log2);
  write(0x20, 1);
  tail_ = read(0x50);
}

void IpBench::submit(const HandDescriptor& descriptor) {
  const std::uint64_t place = tail_ % (1U << log2_);
  bytes.write(ring_base + place * 256, descriptor.words.data(), 256);
  write(0x50, ++tail_);
}

bool IpBench::wait_idle(const sc_core::sc_time& most) {
  const sc_core::sc_time end = sc_core::sc_time_stamp() + most;
  while ((read(0x24) & 1U) == 0) {
    if (sc_core::sc_time_stamp() >= end) return false;
    sc_core::sc_start(sc_core::sc_time(1, sc_core::SC_US));
  }
  return true;
}

PlacedLayer::PlacedLayer(const TraceLayer& layer, unsigned lanes, unsigned value_bytes,
                         bool compressed, BytePort& memory, std::uint64_t base)
    : shape_(layer.shape) {
  ImagePlacer placer(base, std::uint64_t{1} << 32U);
  const auto place = [&](const char* name, const TensorLayout& layout, unsigned bytes,
                         bool directory) {
    TensorImage image = placer.place(name, layout, bytes);
    image.compressed = directory;
    return image;
  };
  operands_.push_back(
      place("A", TensorLayout::of_activations(shape_, lanes), value_bytes, compressed));
  operands_.push_back(place("W", TensorLayout::of_weights(shape_, lanes), value_bytes, compressed));
  operands_.push_back(
      place("GO", TensorLayout::of_outputs(shape_, lanes), value_bytes, compressed));
  for (const Operation operation : all_operations) {
    results_.push_back(place("result", output_layout(operation, shape_, lanes), 4, false));
  }
  end_ = placer.end();
  store_tensor(operands_[0], layer.activations.values.data(), memory);
  store_tensor(operands_[1], layer.weights.values.data(), memory);
  if (layer.output_gradients) {
    store_tensor(operands_[2], layer.output_gradients->values.data(), memory);
  }
}

HandDescriptor PlacedLayer::descriptor(Operation operation, SparseOperand sparse,
                                       std::uint32_t flags) const {
  HandDescriptor made;
  if (operation == Operation::backward_weights && sparse == SparseOperand::activations) {
    flags |= sparse_activations_flag;
  }
  made.command(1 + static_cast<std::uint32_t>(operation), flags);
  made.shape(shape_);
  made.words[1] = operands_[0].value_bytes == 2 ? 1 : 0;
  const std::array<bool, 3> reads = {reads_activations(operation), reads_weights(operation),
                                     reads_gradients(operation)};
  for (unsigned tensor = 0; tensor < 3; ++tensor) {
    if (!reads[tensor]) continue;
    made.address(20 + 4 * tensor, operands_[tensor].data_base);
    if (!operands_[tensor].compressed) continue;
    made.words[1] |= 1U << (8 + tensor);
    made.address(22 + 4 * tensor, operands_[tensor].directory_base);
  }
  made.address(result_word, result_image(operation).data_base);
  return made;
}

const TensorImage& PlacedLayer::result_image(Operation operation) const {
  return results_[static_cast<std::size_t>(operation)];
}

std::vector<float> PlacedLayer::result(Operation operation, BytePort& memory) const {
  const std::array<std::int64_t, 3> counts = {shape_.output_count(), shape_.activation_count(),
                                              shape_.weight_count()};
  std::vector<float> values(static_cast<std::size_t>(counts[static_cast<std::size_t>(operation)]));
  load_tensor(result_image(operation), memory, values.data());
  return values;
}

std::vector<std::uint8_t> image_bytes(const TensorImage& image, BytePort& memory) {
  std::vector<std::uint8_t> bytes(image.data_bytes());
  memory.read(image.data_base, bytes.data(), bytes.size());
  return bytes;
}

}  // namespace tensordash::testing
