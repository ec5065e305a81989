#include "platform/run/memory_report.h"

#include <algorithm>
#include <string_view>

namespace tensordash {
namespace {

template <typename Name>
std::string common(const std::vector<SegmentKept>& segments, const Name& name) {
  if (segments.empty()) return "none";
  const std::string_view first = name(segments.front());
  const bool shared = std::all_of(segments.begin(), segments.end(),
                                  [&](const SegmentKept& of) { return name(of) == first; });
  return shared ? std::string(first) : "mixed";
}

}  // namespace

const char* name_of(OperandTensor tensor) {
  switch (tensor) {
    case OperandTensor::activations:
      return "activations";
    case OperandTensor::weights:
      return "weights";
    case OperandTensor::gradients:
      break;
  }
  return "gradients";
}

void describe_operand(const SideOperand& operand, const TensorImage& image, const ImageSizes& sizes,
                      const StoredTensor& stored, SideMapping& mapping) {
  mapping.tensor = name_of(operand.tensor());
  mapping.transposed = operand.transposed();
  mapping.raw_bytes = image.data_bytes();
  mapping.payload_bytes = image.compressed ? sizes.compressed_payload_bytes : sizes.raw_bytes;
  mapping.stored_bytes = stored.all_bytes(static_cast<std::uint32_t>(image.layout.groups()));
}

void describe_kept(const std::vector<SegmentKept>& kept, SideMapping& mapping) {
  mapping.residency =
      common(kept, [](const SegmentKept& of) { return tensordash::name_of(of.residency); });
  mapping.scratchpad =
      common(kept, [](const SegmentKept& of) { return tensordash::name_of(of.scratchpads); });
}

void describe_runs(const MemoryTiming& sparse, const MemoryTiming& dense, MemoryReport& report) {
  report.traffic = sparse.traffic;
  report.write_back = sparse.write_back;
  report.dense_write_back = dense.write_back;
  report.limited_by = limiting_resource(sparse);
  report.dense_limited_by = limiting_resource(dense);
}

std::string limiting_resource(const MemoryTiming& timing) {
  std::array<std::uint64_t, stall_causes> stalls{};
  std::uint64_t working = 0;
  for (std::size_t tile = 0; tile < timing.tile_stalls.size(); ++tile) {
    if (timing.tile_steps[tile] == 0) continue;
    working += timing.tile_ends[tile] + timing.write_back;
    for (std::size_t cause = 0; cause < stall_causes; ++cause) {
      stalls[cause] += timing.tile_stalls[tile][cause];
    }
    stalls[static_cast<std::size_t>(StallCause::dram)] += timing.write_back;
  }
  std::uint64_t all = 0;
  for (const std::uint64_t count : stalls) all += count;
  if (working == 0) return timing.write_back > 0 ? "dram" : "compute";
  if (all * 10 < working) return "compute";
  return name_of(static_cast<StallCause>(
      std::distance(stalls.begin(), std::max_element(stalls.begin(), stalls.end()))));
}

}  // namespace tensordash
