#include "models/layout/dram_image.h"

#include <fmt/format.h>
#include <tbb/blocked_range.h>
#include <tbb/parallel_reduce.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "hw/compression/zero_compression.h"
#include "hw/dma/dma_limits.h"
#include "models/layout/group_values.h"

namespace tensordash {
namespace {

/// Groups whose directory entries move at once.
constexpr std::int64_t groups_a_batch = directory_line_entries;

using EntryBytes = std::array<std::uint8_t, groups_a_batch * entry_bytes>;

std::int64_t batch_size(const TensorImage& image, std::int64_t first) {
  return std::min(groups_a_batch, image.layout.groups() - first);
}

/// Whole slots without a directory.
template <typename Stored>
void store_raw(const TensorImage& image, const float* values, BytePort& memory) {
  std::vector<Stored> raw(image.group_values());
  std::vector<std::uint8_t> slot(image.slot_bytes());
  for (std::int64_t group = 0; group < image.layout.groups(); ++group) {
    gather_group(image.layout.extent(group), image.layout.lanes(), values, raw.data());
    std::memcpy(slot.data(), raw.data(), raw.size() * sizeof(Stored));
    memory.write(image.slot_address(group), slot.data(), slot.size());
  }
}

template <typename Stored>
void store_groups(const TensorImage& image, const float* values, BytePort& memory) {
  if (!image.compressed) return store_raw<Stored>(image, values, memory);
  std::vector<Stored> raw(image.group_values());
  EntryBytes entries;
  for (std::int64_t first = 0; first < image.layout.groups(); first += groups_a_batch) {
    const std::int64_t batch = batch_size(image, first);
    for (std::int64_t at = 0; at < batch; ++at) {
      gather_group(image.layout.extent(first + at), image.layout.lanes(), values, raw.data());
      const StoredGroup group = encode_group(raw.data(), raw.size(), image.value_bytes);
      const std::uint16_t group_entry = entry(group);
      entries[at * entry_bytes] = static_cast<std::uint8_t>(group_entry);
      entries[at * entry_bytes + 1] = static_cast<std::uint8_t>(group_entry >> 8U);
      memory.write(image.slot_address(first + at), group.bytes.data(), group.bytes.size());
    }
    memory.write(image.entry_address(first), entries.data(), batch * entry_bytes);
  }
}

/// Units to read of a group's slot.
std::size_t units_announced(const TensorImage& image, std::int64_t group, std::uint16_t entry) {
  try {
    return stored_units(entry, image.group_values(), image.value_bytes);
  } catch (const CompressionError& error) {
    throw ImageError(group, image.entry_address(group), error.what());
  }
}

bool is_wanted(const std::vector<bool>* wanted, std::int64_t group) {
  return wanted == nullptr || (*wanted)[static_cast<std::size_t>(group)];
}

/// Reads groups, one at a time, each with its entry.
template <typename Stored>
class GroupLoader {
 public:
  GroupLoader(const TensorImage& image, BytePort& memory, float* values)
      : image_(image),
        memory_(memory),
        values_(values),
        slot_(image.slot_bytes()),
        raw_(image.group_values()) {}

  void load(std::int64_t group, std::uint16_t entry) {
    const std::size_t size = units_announced(image_, group, entry) * unit_bytes;
    memory_.read(image_.slot_address(group), slot_.data(), image_.compressed ? size : slot_.size());
    try {
      decode_group(slot_.data(), size, entry, raw_.size(), image_.value_bytes, bytes_);
    } catch (const CompressionError& error) {
      throw ImageError(group, image_.slot_address(group), error.what());
    }
    std::memcpy(raw_.data(), bytes_.data(), bytes_.size());
    if (!scatter_group(image_.layout.extent(group), image_.layout.lanes(), raw_.data(), values_)) {
      throw ImageError(group, image_.slot_address(group), "padding is not zero");
    }
  }

 private:
  const TensorImage& image_;
  BytePort& memory_;
  float* values_;
  std::vector<std::uint8_t> slot_, bytes_;
  std::vector<Stored> raw_;
};

template <typename Stored>
void load_groups(const TensorImage& image, BytePort& memory, float* values,
                 const std::vector<bool>* wanted) {
  GroupLoader<Stored> loader(image, memory, values);
  EntryBytes entries;
  entries.fill(0xff);  // raw
  for (std::int64_t first = 0; first < image.layout.groups(); first += groups_a_batch) {
    const std::int64_t batch = batch_size(image, first);
    bool line_read = !image.compressed;
    for (std::int64_t at = 0; at < batch; ++at) {
      if (!is_wanted(wanted, first + at)) continue;
      if (!line_read) memory.read(image.entry_address(first), entries.data(), batch * entry_bytes);
      line_read = true;
      loader.load(first + at, static_cast<std::uint16_t>(entries[at * entry_bytes] |
                                                         (entries[at * entry_bytes + 1] << 8U)));
    }
  }
}

ImageSizes operator+(ImageSizes one, const ImageSizes& other) {
  one.groups += other.groups;
  one.raw_groups += other.raw_groups;
  one.raw_bytes += other.raw_bytes;
  one.compressed_payload_bytes += other.compressed_payload_bytes;
  one.stored_units += other.stored_units;
  return one;
}

template <typename Stored>
ImageSizes sizes_of(const TensorLayout& layout, const float* values, std::uint16_t* group_units) {
  constexpr std::size_t values_a_task = std::size_t{1} << 16;
  const std::size_t count = std::size_t{layout.lanes()} * layout.lanes();
  const std::size_t most_units = raw_units(count, sizeof(Stored));
  const std::vector<Stored> zeros(count);
  const std::size_t mask_bytes = compressed_bytes(zeros.data(), count, sizeof(Stored));
  using Range = tbb::blocked_range<std::int64_t>;
  return tbb::parallel_deterministic_reduce(
      Range(0, layout.groups(), std::max<std::size_t>(1, values_a_task / count)), ImageSizes{},
      [&](const Range& groups, ImageSizes sizes) {
        for (std::int64_t group = groups.begin(); group != groups.end(); ++group) {
          const std::size_t payload =
              mask_bytes + kept_values<Stored>(layout.extent(group), values) * sizeof(Stored);
          const std::size_t units = (payload + unit_bytes - 1) / unit_bytes;
          const bool raw = units >= most_units;
          sizes.raw_groups += raw ? 1 : 0;
          sizes.stored_units += raw ? most_units : units;
          sizes.compressed_payload_bytes += payload;
          if (group_units != nullptr) {
            group_units[group] = static_cast<std::uint16_t>(raw ? most_units : units);
          }
        }
        sizes.groups += groups.size();
        sizes.raw_bytes += groups.size() * count * sizeof(Stored);
        return sizes;
      },
      [](const ImageSizes& one, const ImageSizes& other) { return one + other; });
}

[[noreturn]] void refuse_value_bytes(unsigned value_bytes) {
  throw std::invalid_argument(fmt::format("values of {} bytes; allowed: 4 and 2", value_bytes));
}

}  // namespace

std::uint64_t TensorImage::slot_bytes() const {
  return tensordash::slot_bytes(group_values(), value_bytes);
}

std::uint64_t TensorImage::data_bytes() const {
  return static_cast<std::uint64_t>(layout.groups()) * slot_bytes();
}

std::uint64_t TensorImage::directory_bytes() const {
  return static_cast<std::uint64_t>(layout.groups()) * entry_bytes;
}

std::uint64_t TensorImage::slot_address(std::int64_t group) const {
  return data_base + static_cast<std::uint64_t>(group) * slot_bytes();
}

std::uint64_t TensorImage::entry_address(std::int64_t group) const {
  return directory_base + static_cast<std::uint64_t>(group) * entry_bytes;
}

ImageError::ImageError(std::int64_t group, std::uint64_t address, const std::string& text)
    : std::runtime_error(fmt::format("group {}, address {:#x}: {}", group, address, text)),
      group_(group),
      address_(address) {}

void store_tensor(const TensorImage& image, const float* values, BytePort& memory) {
  switch (image.value_bytes) {
    case 4:
      return store_groups<std::uint32_t>(image, values, memory);
    case 2:
      return store_groups<std::uint16_t>(image, values, memory);
    default:
      refuse_value_bytes(image.value_bytes);
  }
}

void load_tensor(const TensorImage& image, BytePort& memory, float* values,
                 const std::vector<bool>* wanted) {
  switch (image.value_bytes) {
    case 4:
      return load_groups<std::uint32_t>(image, memory, values, wanted);
    case 2:
      return load_groups<std::uint16_t>(image, memory, values, wanted);
    default:
      refuse_value_bytes(image.value_bytes);
  }
}

std::int64_t first_difference(const TensorLayout& layout, const float* one, const float* other,
                              const std::vector<bool>* wanted) {
  std::vector<std::uint32_t> of_one(std::size_t{layout.lanes()} * layout.lanes());
  std::vector<std::uint32_t> of_other(of_one.size());
  for (std::int64_t group = 0; group < layout.groups(); ++group) {
    if (!is_wanted(wanted, group)) continue;
    gather_group(layout.extent(group), layout.lanes(), one, of_one.data());
    gather_group(layout.extent(group), layout.lanes(), other, of_other.data());
    if (of_one != of_other) return group;
  }
  return -1;
}

ImageSizes image_sizes(const TensorLayout& layout, unsigned value_bytes, const float* values,
                       std::vector<std::uint16_t>* group_units) {
  std::uint16_t* units = nullptr;
  if (group_units != nullptr) {
    group_units->assign(static_cast<std::size_t>(layout.groups()), 0);
    units = group_units->data();
  }
  switch (value_bytes) {
    case 4:
      return sizes_of<std::uint32_t>(layout, values, units);
    case 2:
      return sizes_of<std::uint16_t>(layout, values, units);
    default:
      refuse_value_bytes(value_bytes);
  }
}

}  // namespace tensordash
