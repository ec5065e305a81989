#include "platform/ip/image_transfer.h"

#include <algorithm>
#include <array>
#include <utility>

#include "hw/compression/compression_error.h"
#include "hw/compression/zero_compression.h"
#include "hw/dma/dma_limits.h"
#include "hw/dma/group_decoder.h"
#include "platform/ip/job_error.h"

namespace tensordash {
namespace {

struct Range {
  std::uint64_t address = 0, bytes = 0;
};

bool is_wanted(const std::vector<bool>* wanted, std::int64_t group) {
  return wanted == nullptr || (*wanted)[static_cast<std::size_t>(group)];
}

bool peek_all(const std::vector<Range>& ranges, MemoryAccess& access, ImageMemory& copy) {
  std::vector<std::uint8_t> data;
  for (const Range& range : ranges) {
    data.resize(range.bytes);
    if (!access.peek(range.address, data.data(), range.bytes)) return false;
    copy.write(range.address, data.data(), data.size());
  }
  return true;
}

/// Brings the ranges into the copy.
void fetch(const std::vector<Range>& ranges, ReadMode mode, MemoryAccess& access,
           const RequestLimits& limits, ImageMemory& copy) {
  if (mode == ReadMode::peek && peek_all(ranges, access, copy)) return;
  std::vector<Burst> bursts;
  for (const Range& range : ranges) append_bursts(range.address, range.bytes, false, bursts);
  BurstList list(std::move(bursts), limits.outstanding, limits.a_clock);
  MemoryCopy exchange(copy);
  access.run(list, exchange);
}

std::vector<Range> directory_lines(const TensorImage& image, const std::vector<bool>* wanted) {
  std::vector<Range> lines;
  for (std::int64_t group = 0; group < image.layout.groups(); ++group) {
    if (!is_wanted(wanted, group)) continue;
    const std::uint64_t line = image.entry_address(group) / dma_request_bytes * dma_request_bytes;
    if (lines.empty() || lines.back().address != line) lines.push_back({line, dma_request_bytes});
  }
  return lines;
}

std::uint16_t entry_of(const TensorImage& image, std::int64_t group, ImageMemory& copy) {
  std::array<std::uint8_t, entry_bytes> bytes{};
  copy.read(image.entry_address(group), bytes.data(), bytes.size());
  return static_cast<std::uint16_t>(bytes[0] | bytes[1] << 8U);
}

std::vector<Range> slots(const TensorImage& image, const std::vector<bool>* wanted,
                         ImageMemory& copy) {
  LoadTensor tensor;
  tensor.slot_bytes = static_cast<std::uint32_t>(image.slot_bytes());
  tensor.value_bytes = image.value_bytes;
  tensor.directory = image.compressed;
  std::vector<Range> ranges;
  for (std::int64_t group = 0; group < image.layout.groups(); ++group) {
    if (!is_wanted(wanted, group)) continue;
    const std::uint16_t entry = image.compressed ? entry_of(image, group, copy) : 0;
    try {
      const std::uint64_t bytes = group_bytes(tensor, entry, image.layout.lanes(), unit_bytes);
      ranges.push_back({image.slot_address(group), bytes});
    } catch (const CompressionError& problem) {
      throw JobError(ErrorCode::directory, 0, image.entry_address(group), problem.what());
    }
  }
  return ranges;
}

}  // namespace

std::vector<std::uint16_t> units_read(const TensorImage& image, const std::vector<bool>& read,
                                      ImageMemory& copy) {
  std::vector<std::uint16_t> units;
  if (!image.compressed) return units;
  units.resize(read.size());
  for (std::size_t group = 0; group < read.size(); ++group) {
    if (!read[group]) continue;
    const std::uint16_t entry = entry_of(image, static_cast<std::int64_t>(group), copy);
    units[group] =
        static_cast<std::uint16_t>(stored_units(entry, image.group_values(), image.value_bytes));
  }
  return units;
}

std::int64_t value_count(const TensorLayout& layout) {
  std::int64_t count = 0;
  for (std::int64_t group = 0; group < layout.groups(); ++group) {
    const GroupExtent extent = layout.extent(group);
    count += std::int64_t{extent.width} * extent.height;
  }
  return count;
}

std::vector<float> read_image(const TensorImage& image, const std::vector<bool>* wanted,
                              ReadMode mode, MemoryAccess& access, const RequestLimits& limits,
                              ImageMemory& copy) {
  if (image.compressed) fetch(directory_lines(image, wanted), mode, access, limits, copy);
  fetch(slots(image, wanted, copy), mode, access, limits, copy);
  std::vector<float> values(static_cast<std::size_t>(value_count(image.layout)));
  try {
    load_tensor(image, copy, values.data(), wanted);
  } catch (const ImageError& problem) {
    const bool directory =
        image.compressed && problem.address() == image.entry_address(problem.group());
    throw JobError(directory ? ErrorCode::directory : ErrorCode::data, 0, problem.address(),
                   problem.what());
  }
  return values;
}

}  // namespace tensordash
