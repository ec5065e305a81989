#include "platform/study/footprint_study.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "hw/compression/footprint.h"
#include "models/layout/group_values.h"
#include "models/layout/tensor_layout.h"
#include "platform/run/operand_set.h"
#include "platform/run/run_request.h"
#include "platform/text/text_table.h"

namespace tensordash {
namespace {

constexpr MemoryForm forms[] = {MemoryForm::dense, MemoryForm::zero_mask, MemoryForm::scheduled};

/// Groups laid out at a time.
constexpr std::int64_t batch_groups = 1024;

void add_group(const TensorLayout& layout, std::int64_t group, const float* values,
               std::vector<LaneRow>& rows) {
  const unsigned lanes = layout.lanes();
  std::vector<std::uint32_t> raw(std::size_t{lanes} * lanes);
  gather_group(layout.extent(group), lanes, values, raw.data());
  for (unsigned x = 0; x < lanes; ++x) {
    LaneRow row(lanes);
    std::memcpy(row.data(), raw.data() + std::size_t{x} * lanes, lanes * sizeof(float));
    rows.push_back(row);
  }
}

TensorFootprint measure(const std::string& layer, const char* name, const TensorLayout& layout,
                        const TensorValues& values, const Connectivity& table,
                        unsigned value_bytes) {
  TensorFootprint found;
  found.layer = layer;
  found.tensor = name;
  found.values = values.size();
  found.zeros =
      static_cast<std::uint64_t>(std::count(values.data(), values.data() + values.size(), 0.0F));
  FootprintParameters parameters;
  parameters.value_bytes = value_bytes;
  parameters.group_rows = layout.lanes();
  for (std::int64_t first = 0; first < layout.groups(); first += batch_groups) {
    std::vector<LaneRow> rows;
    for (std::int64_t group = first; group < std::min(layout.groups(), first + batch_groups);
         ++group) {
      add_group(layout, group, values.data(), rows);
    }
    for (const MemoryForm form : forms) {
      const Placement placement =
          form == MemoryForm::dense ? Placement::whole : Placement::pointers;
      const Footprint part = footprint(rows, form, placement, table, parameters);
      FormFootprint& sum = found.forms[static_cast<std::size_t>(form)];
      sum.bytes += part.bytes;
      sum.accesses += part.accesses;
      sum.row_accesses += part.row_accesses;
    }
  }
  return found;
}

void require_layer(const LayerSource& source, const std::string& name) {
  std::string known;
  for (const LayerOutline& layer : source.layers()) {
    if (layer.name == name) return;
    known += (known.empty() ? "" : ", ") + layer.name;
  }
  throw RequestError(fmt::format("no layer '{}' in {}; allowed: {}", name, source.name(), known));
}

std::string share(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? "-"
                    : fmt::format("{:.1f} %",
                                  100.0 * static_cast<double>(part) / static_cast<double>(whole));
}

TextRow row_of(const std::string& layer, const TensorFootprint& tensor) {
  const auto& [dense, mask, scheduled] = tensor.forms;
  return {layer,
          tensor.tensor,
          share(tensor.zeros, tensor.values),
          fmt::format("{:.3f}", static_cast<double>(dense.bytes) / 1e6),
          share(mask.bytes, dense.bytes),
          share(scheduled.bytes, dense.bytes),
          share(mask.accesses, dense.accesses),
          share(scheduled.accesses, dense.accesses),
          share(scheduled.row_accesses, dense.row_accesses)};
}

}  // namespace

std::vector<TensorFootprint> footprint_study(
    const LayerSource& source, const std::vector<std::string>& names,
    const std::vector<Operation>& operations, Config config,
    const std::function<void(std::size_t, const std::string&)>& progress) {
  const Connectivity table = config.connectivity();
  const unsigned value_bytes = config.text("dtype") == "bf16" ? 2 : 4;
  for (const std::string& name : names) require_layer(source, name);
  std::vector<TensorFootprint> found;
  for (std::size_t index = 0; index < source.layers().size(); ++index) {
    const std::string& present = source.layers()[index].name;
    if (!names.empty() && std::find(names.begin(), names.end(), present) == names.end()) continue;
    if (progress) progress(index, source.layers()[index].name);
    const OperandSet layer = prepare_operands(source.read(index), config);
    const LayerShape& s = layer.shape;
    const unsigned lanes = table.lanes();
    const auto add = [&](const char* name, const TensorLayout& layout, const Tensor& tensor) {
      found.push_back(measure(layer.name, name, layout, tensor.values, table, value_bytes));
    };
    const auto read = [&](bool (*by)(Operation)) {
      return operations.empty() || std::any_of(operations.begin(), operations.end(), by);
    };
    if (read(reads_activations)) {
      add("activations", TensorLayout::of_activations(s, lanes), layer.activations);
    }
    if (read(reads_weights)) add("weights", TensorLayout::of_weights(s, lanes), layer.weights);
    if (layer.output_gradients && read(reads_gradients)) {
      add("gradients", TensorLayout::of_outputs(s, lanes), *layer.output_gradients);
    }
  }
  return found;
}

std::string footprint_table(const std::vector<TensorFootprint>& tensors) {
  std::vector<TextRow> rows = {{"layer", "tensor", "zeros", "dense MB", "mask", "scheduled",
                                "mask accesses", "scheduled accesses", "scheduled rows"}};
  std::array<TensorFootprint, 3> sums;
  std::string last;
  for (const TensorFootprint& tensor : tensors) {
    rows.push_back(row_of(tensor.layer == last ? "" : tensor.layer, tensor));
    last = tensor.layer;
    for (TensorFootprint& sum : sums) {
      if (!sum.tensor.empty() && sum.tensor != tensor.tensor) continue;
      sum.tensor = tensor.tensor;
      sum.values += tensor.values;
      sum.zeros += tensor.zeros;
      for (std::size_t form = 0; form < sum.forms.size(); ++form) {
        sum.forms[form].bytes += tensor.forms[form].bytes;
        sum.forms[form].accesses += tensor.forms[form].accesses;
        sum.forms[form].row_accesses += tensor.forms[form].row_accesses;
      }
      break;
    }
  }
  const std::size_t totals_from = rows.size();
  std::string label = "total";
  for (const TensorFootprint& sum : sums) {
    if (sum.tensor.empty()) continue;
    rows.push_back(row_of(label, sum));
    label.clear();
  }
  return text_table(rows, 2, totals_from);
}

std::string footprint_csv(const std::vector<TensorFootprint>& tensors) {
  std::string text =
      "layer,tensor,values,zeros,dense_bytes,mask_bytes,scheduled_bytes,dense_accesses,"
      "mask_accesses,scheduled_accesses,dense_rows,scheduled_rows\n";
  for (const TensorFootprint& tensor : tensors) {
    const auto& [dense, mask, scheduled] = tensor.forms;
    text += fmt::format("{},{},{},{},{},{},{},{},{},{},{},{}\n", tensor.layer, tensor.tensor,
                        tensor.values, tensor.zeros, dense.bytes, mask.bytes, scheduled.bytes,
                        dense.accesses, mask.accesses, scheduled.accesses, dense.row_accesses,
                        scheduled.row_accesses);
  }
  return text;
}

}  // namespace tensordash
