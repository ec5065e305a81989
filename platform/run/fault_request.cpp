#include "platform/run/fault_request.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "hw/dma/dma_limits.h"
#include "models/mapping/output_plan.h"
#include "platform/run/run_request.h"

namespace tensordash {
namespace {

constexpr FaultTensor all_tensors[] = {FaultTensor::activations, FaultTensor::weights,
                                       FaultTensor::gradients, FaultTensor::outputs};

[[noreturn]] void refuse(const std::string& text, const std::string& why) {
  throw RequestError(fmt::format("--fault {}: {}", text, why));
}

/// What an operation touches in DRAM.
bool touches(Operation operation, FaultTensor tensor) {
  switch (tensor) {
    case FaultTensor::activations:
      return reads_activations(operation);
    case FaultTensor::weights:
      return reads_weights(operation);
    case FaultTensor::gradients:
      return reads_gradients(operation);
    case FaultTensor::outputs:
      break;
  }
  return true;
}

std::string tensors_of(Operation operation) {
  std::string names;
  for (const FaultTensor tensor : all_tensors) {
    if (!touches(operation, tensor)) continue;
    names += fmt::format("{}{}", names.empty() ? "" : ", ", name_of(tensor));
  }
  return names;
}

std::optional<std::uint64_t> number(std::string_view text) {
  const bool hexadecimal = text.substr(0, 2) == "0x";
  if (hexadecimal) text.remove_prefix(2);
  std::uint64_t value = 0;
  const auto [stop, error] =
      std::from_chars(text.data(), text.data() + text.size(), value, hexadecimal ? 16 : 10);
  if (text.empty() || error != std::errc{} || stop != text.data() + text.size()) {
    return std::nullopt;
  }
  return value;
}

/// The words before, between and behind the first colon and the last three.
std::array<std::string, 5> parts_of(const std::string& text) {
  std::array<std::string, 5> parts;
  std::size_t end = text.size();
  for (std::size_t part = 4; part >= 2; --part) {
    const std::size_t colon = end == 0 ? std::string::npos : text.rfind(':', end - 1);
    if (colon == std::string::npos) end = 0;
    if (end == 0) break;
    parts[part] = text.substr(colon + 1, end - colon - 1);
    end = colon;
  }
  const std::size_t first = text.find(':');
  if (end == 0 || first >= end) {
    refuse(text, "allowed: KIND:LAYER:OPERATION:TENSOR:BYTE, such as flip:c1:forward:weights:12.3");
  }
  parts[0] = text.substr(0, first);
  parts[1] = text.substr(first + 1, end - first - 1);
  return parts;
}

void read_place(std::string_view place, FaultRequest& fault) {
  constexpr std::string_view data = "data+";
  constexpr std::string_view directory = "directory+";
  if (place.substr(0, directory.size()) == directory) {
    fault.directory = true;
    place.remove_prefix(directory.size());
  } else if (place.substr(0, data.size()) == data) {
    place.remove_prefix(data.size());
  }
  const std::size_t dot = place.find('.');
  const auto byte = number(place.substr(0, dot));
  if (!byte) {
    refuse(fault.text, "no byte; allowed: BYTE, data+BYTE, directory+BYTE, and .BIT for a flip");
  }
  fault.byte = *byte;
  if (dot == std::string_view::npos) return;
  if (fault.kind == FaultKind::error) refuse(fault.text, "errors have no bit; allowed: BYTE");
  const auto bit = number(place.substr(dot + 1));
  if (!bit || *bit > 7) refuse(fault.text, "no bit of a byte; allowed: 0 to 7");
  fault.bit = static_cast<unsigned>(*bit);
}

}  // namespace

const char* name_of(FaultTensor tensor) {
  switch (tensor) {
    case FaultTensor::activations:
      return "activations";
    case FaultTensor::weights:
      return "weights";
    case FaultTensor::gradients:
      return "gradients";
    case FaultTensor::outputs:
      break;
  }
  return "outputs";
}

FaultRequest fault_request(const std::string& text) {
  const auto [kind, layer, operation, tensor, place] = parts_of(text);
  FaultRequest fault;
  fault.text = text;
  fault.layer = layer;
  if (kind != "flip" && kind != "error") {
    refuse(text, fmt::format("no kind '{}'; allowed: flip, error", kind));
  }
  fault.kind = kind == "flip" ? FaultKind::flip : FaultKind::error;
  const auto known = operation_named(operation);
  if (!known) {
    refuse(text, fmt::format("no operation '{}'; allowed: forward, backward_data, backward_weights",
                             operation));
  }
  fault.operation = *known;
  const std::string& name = tensor;
  const auto* const found = std::find_if(std::begin(all_tensors), std::end(all_tensors),
                                         [&](FaultTensor each) { return name_of(each) == name; });
  if (found == std::end(all_tensors) || !touches(fault.operation, *found)) {
    refuse(text, fmt::format("no tensor '{}' in {}; allowed: {}", tensor, operation,
                             tensors_of(fault.operation)));
  }
  fault.tensor = *found;
  read_place(place, fault);
  if (fault.tensor == FaultTensor::outputs && fault.kind == FaultKind::flip) {
    refuse(text, "an operation does not read its outputs; allowed: error");
  }
  return fault;
}

TensorLayout layout_of(const FaultRequest& fault, const LayerShape& shape, unsigned lanes) {
  switch (fault.tensor) {
    case FaultTensor::activations:
      return TensorLayout::of_activations(shape, lanes);
    case FaultTensor::weights:
      return TensorLayout::of_weights(shape, lanes);
    case FaultTensor::gradients:
      return TensorLayout::of_outputs(shape, lanes);
    case FaultTensor::outputs:
      break;
  }
  return output_layout(fault.operation, shape, lanes);
}

void require_place(const FaultRequest& fault, const TensorImage& image) {
  if (fault.directory && !image.compressed) {
    refuse(fault.text,
           fmt::format("{} are stored raw, without a directory; allowed: data+0 to data+{}",
                       name_of(fault.tensor), image.data_bytes() - 1));
  }
  const std::uint64_t bytes = fault.directory ? image.directory_bytes() : image.data_bytes();
  if (fault.byte < bytes) return;
  const char* const region = fault.directory ? "directory" : "data";
  refuse(fault.text, fmt::format("no such byte; allowed: {}+0 to {}+{} ({} groups of {} bytes)",
                                 region, region, bytes - 1, image.layout.groups(),
                                 bytes / static_cast<std::uint64_t>(image.layout.groups())));
}

FaultPlace place_of(const FaultRequest& fault, const TensorImage& image) {
  require_place(fault, image);
  FaultPlace place;
  place.kind = fault.kind;
  place.write = fault.tensor == FaultTensor::outputs;
  place.address = (fault.directory ? image.directory_base : image.data_base) + fault.byte;
  if (fault.kind == FaultKind::flip) place.mask = static_cast<std::uint8_t>(1U << fault.bit);
  return place;
}

std::string groups_at(const TensorImage& image, std::uint64_t address) {
  const std::uint64_t into_directory = address - image.directory_base;
  if (image.compressed && address >= image.directory_base &&
      into_directory < image.directory_bytes()) {
    const std::uint64_t first = into_directory / dma_request_bytes * directory_line_entries;
    const auto groups = static_cast<std::uint64_t>(image.layout.groups());
    return fmt::format("directory of groups {} to {}", first,
                       std::min(first + directory_line_entries, groups) - 1);
  }
  return fmt::format("group {}", (address - image.data_base) / image.slot_bytes());
}

MemoryFault::MemoryFault(const std::string& layer, Operation operation, const std::string& tensor,
                         const std::string& what)
    : std::runtime_error(fmt::format("layer {}, {}: {}, {}", layer, tensordash::name_of(operation),
                                     tensor, what)) {}

}  // namespace tensordash
