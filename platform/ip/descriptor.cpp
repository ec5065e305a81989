#include "platform/ip/descriptor.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "models/layer/layer_limits.h"
#include "models/layer/tensor_shape.h"
#include "models/mapping/output_plan.h"

namespace tensordash {
namespace {

using Word = DescriptorWord;

constexpr unsigned number(Word word) {
  return static_cast<unsigned>(word);
}

/// Segments of a plan beyond which nothing real is.
constexpr std::int64_t most_segments = std::int64_t{1} << 20;

/// Reads the fields, and knows which words the job has used: the others must be 0.
class Reader {
 public:
  explicit Reader(const DescriptorWords& words) : words_(words) {
    used_[number(Word::command)] = used_[number(Word::types)] = used_[number(Word::tag)] = true;
  }

  std::uint32_t field(const DescriptorField& field) const {
    return (words_[number(field.place)] & field.mask) >> field.shift;
  }

  std::uint32_t word(Word place) {
    used_[number(place)] = true;
    return words_[number(place)];
  }

  std::uint64_t address(Word place) {
    used_[number(place)] = used_[number(place) + 1] = true;
    const std::uint64_t low = words_[number(place)];
    return low | std::uint64_t{words_[number(place) + 1]} << 32U;
  }

  /// Bits that nobody has defined.
  void require_known_bits() const {
    std::array<std::uint32_t, descriptor_words> known{};
    for (const WordDescription& word : word_table) {
      known[number(word.place)] = word.mask;
      if (word.align != 0)
        known[number(word.place) + 1] = std::numeric_limits<std::uint32_t>::max();
    }
    for (unsigned at = 0; at < descriptor_words; ++at) {
      if ((words_[at] & ~known[at]) != 0) {
        throw JobError(ErrorCode::reserved, at, 0, fmt::format("word {}: reserved bits", at));
      }
    }
  }

  /// Words that the operation has no use for.
  void require_rest_zero() const {
    for (unsigned at = 0; at < descriptor_words; ++at) {
      if (!used_[at] && words_[at] != 0) {
        throw JobError(ErrorCode::reserved, at, 0,
                       fmt::format("word {}: the operation does not use it", at));
      }
    }
  }

 private:
  const DescriptorWords& words_;
  std::array<bool, descriptor_words> used_{};
};

[[noreturn]] void refuse_type(Word word, const char* what) {
  throw JobError(ErrorCode::type, number(word), 0, what);
}

[[noreturn]] void refuse_shape(Word word, const std::string& what) {
  throw JobError(ErrorCode::shape, number(word), 0, what);
}

[[noreturn]] void refuse_size(const std::string& what) {
  throw JobError(ErrorCode::too_large, 0, 0, what);
}

std::int64_t read_size(Reader& reader, Word word, std::int64_t least) {
  const std::int64_t value = reader.word(word);
  if (value < least) refuse_shape(word, fmt::format("word {} is {}", number(word), value));
  return value;
}

std::int64_t read_option(Reader& reader, Word word, std::int64_t least) {
  const std::int64_t value = read_size(reader, word, least);
  if (value > max_layer_option) {
    refuse_shape(word, fmt::format("word {} is {}", number(word), value));
  }
  return value;
}

/// Output places of one axis; nothing fits: refused.
std::int64_t extent(Word word, std::int64_t input, std::int64_t filter, std::int64_t stride,
                    std::int64_t padding, std::int64_t dilation) {
  const std::int64_t room = input + 2 * padding - dilation * (filter - 1) - 1;
  if (room < 0) refuse_shape(word, "the filter is larger than the padded input");
  return room / stride + 1;
}

LayerShape read_shape(Reader& reader) {
  LayerShape shape;
  shape.N = read_size(reader, Word::shape_n, 1);
  shape.C = read_size(reader, Word::shape_c, 1);
  shape.M = read_size(reader, Word::shape_m, 1);
  shape.H = read_size(reader, Word::shape_h, 1);
  shape.W = read_size(reader, Word::shape_w, 1);
  shape.R = read_size(reader, Word::shape_r, 1);
  shape.S = read_size(reader, Word::shape_s, 1);
  shape.stride = {read_option(reader, Word::stride_v, 1), read_option(reader, Word::stride_h, 1)};
  shape.padding = {read_option(reader, Word::padding_v, 0),
                   read_option(reader, Word::padding_h, 0)};
  shape.dilation = {read_option(reader, Word::dilation_v, 1),
                    read_option(reader, Word::dilation_h, 1)};
  shape.groups = read_option(reader, Word::groups, 1);
  if (shape.C % shape.groups != 0) refuse_shape(Word::shape_c, "C is no multiple of the groups");
  if (shape.M % shape.groups != 0) refuse_shape(Word::shape_m, "M is no multiple of the groups");
  shape.P =
      extent(Word::shape_r, shape.H, shape.R, shape.stride[0], shape.padding[0], shape.dilation[0]);
  shape.Q =
      extent(Word::shape_s, shape.W, shape.S, shape.stride[1], shape.padding[1], shape.dilation[1]);
  return shape;
}

void require_size(const std::vector<std::int64_t>& tensor, const JobLimits& limits) {
  const auto count = element_count(tensor);
  if (!count || *count > std::int64_t{1} << limits.max_elements_log2) {
    refuse_size(fmt::format("a tensor {}", shape_text(tensor)));
  }
}

void require_sizes(const LayerShape& shape, const JobLimits& limits) {
  require_size({shape.N, shape.C, shape.H, shape.W}, limits);
  require_size({shape.M, shape.channels_per_group(), shape.R, shape.S}, limits);
  require_size({shape.N, shape.M, shape.P, shape.Q}, limits);
}

/// Multiplier slots of an operation that skips nothing, padding of lanes and tiles counted in.
double slots_of(const OperationJob& job, const JobLimits& limits) {
  const LayerShape& shape = job.shape;
  const auto padded = [](std::int64_t count, unsigned size) {
    const std::int64_t blocks = (count + size - 1) / size;
    return static_cast<double>(blocks * size);
  };
  const std::int64_t taps = shape.R * shape.S;
  const std::int64_t c = shape.channels_per_group();
  const std::int64_t m = shape.filters_per_group();
  double streams = 0;
  double length = 0;
  switch (job.operation) {
    case Operation::forward:
      streams = padded(shape.N * shape.P * shape.Q, limits.rows) * padded(m, limits.columns);
      length = static_cast<double>(taps) * padded(c, limits.lanes);
      break;
    case Operation::backward_data:
      streams = padded(shape.N * shape.H * shape.W, limits.rows) * padded(c, limits.columns);
      length = static_cast<double>(taps) * padded(m, limits.lanes);
      break;
    case Operation::backward_weights:
      streams = job.sparse == SparseOperand::gradients
                    ? padded(m, limits.rows) * padded(c * taps, limits.columns)
                    : padded(c * taps, limits.rows) * padded(m, limits.columns);
      length = padded(shape.N * shape.P * shape.Q, limits.lanes);
      break;
  }
  return static_cast<double>(shape.groups) * streams * length;
}

void require_bounded(const OperationJob& job, const JobLimits& limits) {
  const LayerShape& shape = job.shape;
  // Every phase of the columns is looked at in every row phase with places and taps.
  const std::int64_t phases = job.dilation_zeros_removed
                                  ? std::min({shape.stride[0], shape.H, shape.R}) * shape.stride[1]
                                  : 1;
  if (shape.groups * phases > most_segments) refuse_size("groups times phases of the stride");
  if (slots_of(job, limits) > std::ldexp(1.0, static_cast<int>(limits.max_work_log2))) {
    refuse_size("more work than max_work_log2 allows");
  }
}

void require_aligned(std::uint64_t address, Word word) {
  for (const WordDescription& description : word_table) {
    if (description.place != word || address % description.align == 0) continue;
    throw JobError(ErrorCode::alignment, number(word), address,
                   fmt::format("{} is no multiple of {}", description.name, description.align));
  }
}

/// A region of a tensor: no wrap-around.
AddressRange region(std::uint64_t address, std::uint64_t bytes, Word word) {
  if (bytes != 0 && address > std::numeric_limits<std::uint64_t>::max() - (bytes - 1)) {
    throw JobError(ErrorCode::range, number(word), address, "beyond the last address");
  }
  return {address, bytes};
}

/// What the job reads and writes, for the checks between them.
struct Regions {
  struct Named {
    AddressRange range;
    Word word;
  };
  std::vector<Named> read, written;

  void require_apart(const AddressRange& ring) const {
    for (const Named& result : written) {
      for (const Named& other : read) {
        if (result.range.overlaps(other.range)) {
          throw JobError(ErrorCode::overlap, number(other.word), other.range.first,
                         "the result overlaps what is read");
        }
      }
      if (result.range.overlaps(ring)) {
        throw JobError(ErrorCode::overlap, 0, ring.first, "the result overlaps the ring");
      }
    }
    for (std::size_t one = 0; one < written.size(); ++one) {
      for (std::size_t other = one + 1; other < written.size(); ++other) {
        if (written[one].range.overlaps(written[other].range)) {
          throw JobError(ErrorCode::overlap, number(written[other].word),
                         written[other].range.first, "the result overlaps its directory");
        }
      }
    }
  }
};

/// What a tensor takes is its groups, whose padding may be most of it.
void require_groups(const TensorLayout& layout, const JobLimits& limits) {
  const std::uint64_t values =
      static_cast<std::uint64_t>(layout.groups()) * layout.lanes() * layout.lanes();
  if (values > std::uint64_t{1} << limits.max_elements_log2) refuse_size("a tensor in groups");
}

TensorImage read_image(Reader& reader, const TensorLayout& layout, unsigned value_bytes,
                       bool compressed, Word data, Word directory,
                       std::vector<Regions::Named>& regions) {
  TensorImage image{layout, value_bytes, 0, 0, compressed};
  image.data_base = reader.address(data);
  require_aligned(image.data_base, data);
  regions.push_back({region(image.data_base, image.data_bytes(), data), data});
  if (!compressed) return image;
  image.directory_base = reader.address(directory);
  require_aligned(image.directory_base, directory);
  // Lines of it are read whole.
  const std::uint64_t bytes = (image.directory_bytes() + 63) / 64 * 64;
  regions.push_back({region(image.directory_base, bytes, directory), directory});
  return image;
}

struct OperandWords {
  Word data, directory;
  DescriptorField compressed;
};

const std::array<OperandWords, 3>& operand_words() {
  static const std::array<OperandWords, 3> words = {
      OperandWords{Word::a_data, Word::a_directory, descriptor_field::types_a_compressed},
      OperandWords{Word::w_data, Word::w_directory, descriptor_field::types_w_compressed},
      OperandWords{Word::go_data, Word::go_directory, descriptor_field::types_go_compressed}};
  return words;
}

bool reads(Operation operation, std::size_t tensor) {
  switch (static_cast<OperandTensor>(tensor)) {
    case OperandTensor::activations:
      return reads_activations(operation);
    case OperandTensor::weights:
      return reads_weights(operation);
    case OperandTensor::gradients:
      break;
  }
  return reads_gradients(operation);
}

unsigned value_bytes_of(const Reader& reader, const JobLimits& limits) {
  switch (reader.field(descriptor_field::types_operands)) {
    case 0:
      if (limits.fp32) return 4;
      break;
    case 1:
      if (limits.bf16) return 2;
      break;
    default:
      break;
  }
  refuse_type(Word::types, "a type of operands that the machine does not have");
}

TensorLayout layout_of(OperandTensor tensor, const LayerShape& shape, unsigned lanes) {
  switch (tensor) {
    case OperandTensor::activations:
      return TensorLayout::of_activations(shape, lanes);
    case OperandTensor::weights:
      return TensorLayout::of_weights(shape, lanes);
    case OperandTensor::gradients:
      break;
  }
  return TensorLayout::of_outputs(shape, lanes);
}

OperationJob read_operation(Reader& reader, Operation operation, const JobLimits& limits) {
  OperationJob job;
  job.operation = operation;
  job.dense = reader.field(descriptor_field::command_dense) != 0;
  job.dilation_zeros_removed = reader.field(descriptor_field::command_dilation_removed) != 0;
  const bool activations = reader.field(descriptor_field::command_sparse_activations) != 0;
  if (activations && operation != Operation::backward_weights) {
    refuse_type(Word::command, "SPARSE_ACTIVATIONS is for BACKWARD_WEIGHTS");
  }
  if (job.dilation_zeros_removed && operation != Operation::backward_data) {
    refuse_type(Word::command, "DILATION_REMOVED is for BACKWARD_DATA");
  }
  job.sparse = operation == Operation::forward || activations ? SparseOperand::activations
                                                              : SparseOperand::gradients;
  if (reader.field(descriptor_field::command_tensor) != 0 ||
      reader.field(descriptor_field::types_source_compressed) != 0 ||
      reader.field(descriptor_field::types_result_compressed) != 0) {
    refuse_type(Word::types, "a flag of the converters");
  }
  for (std::size_t tensor = 0; tensor < 3; ++tensor) {
    if (!reads(operation, tensor) && reader.field(operand_words()[tensor].compressed) != 0) {
      refuse_type(Word::types, "a flag of a tensor that the operation does not read");
    }
  }
  job.value_bytes = value_bytes_of(reader, limits);
  job.reduction_rows = reader.word(Word::reduction_rows);
  if (job.reduction_rows != 0 && limits.exact) {
    refuse_type(Word::reduction_rows, "exact sums are not blocked");
  }
  job.shape = read_shape(reader);
  require_sizes(job.shape, limits);
  require_bounded(job, limits);
  Regions regions;
  for (std::size_t tensor = 0; tensor < 3; ++tensor) {
    if (!reads(operation, tensor)) continue;
    const TensorLayout layout =
        layout_of(static_cast<OperandTensor>(tensor), job.shape, limits.lanes);
    require_groups(layout, limits);
    const OperandWords& words = operand_words()[tensor];
    job.operands[tensor] =
        read_image(reader, layout, job.value_bytes, reader.field(words.compressed) != 0, words.data,
                   words.directory, regions.read);
  }
  const TensorLayout result = output_layout(operation, job.shape, limits.lanes);
  require_groups(result, limits);
  job.result = read_image(reader, result, 4, false, Word::result_data, Word::result_directory,
                          regions.written);
  regions.require_apart(limits.ring);
  return job;
}

ConversionJob read_conversion(Reader& reader, bool to_plain, const JobLimits& limits) {
  ConversionJob job;
  job.to_plain = to_plain;
  const std::uint32_t tensor = reader.field(descriptor_field::command_tensor);
  constexpr std::uint32_t tensors = 3;
  if (tensor >= tensors || reader.field(descriptor_field::command_dense) != 0 ||
      reader.field(descriptor_field::command_sparse_activations) != 0 ||
      reader.field(descriptor_field::command_dilation_removed) != 0) {
    refuse_type(Word::command, "no such tensor, or a flag of operations");
  }
  for (const OperandWords& words : operand_words()) {
    if (reader.field(words.compressed) != 0) refuse_type(Word::types, "a flag of operations");
  }
  const bool source_compressed = reader.field(descriptor_field::types_source_compressed) != 0;
  const bool result_compressed = reader.field(descriptor_field::types_result_compressed) != 0;
  if (to_plain ? result_compressed : source_compressed) {
    refuse_type(Word::types, "tensors in C order are not compressed");
  }
  const std::uint32_t type = reader.field(descriptor_field::types_operands);
  if (type > 1) refuse_type(Word::types, "no such type");
  const unsigned value_bytes = type == 0 ? 4 : 2;
  const LayerShape shape = read_shape(reader);
  require_sizes(shape, limits);
  const auto of = static_cast<OperandTensor>(tensor);
  const TensorLayout layout = layout_of(of, shape, limits.lanes);
  require_groups(layout, limits);
  job.values = of == OperandTensor::activations ? shape.activation_count()
               : of == OperandTensor::weights   ? shape.weight_count()
                                                : shape.output_count();
  const auto plain_bytes = static_cast<std::uint64_t>(job.values) * 4;
  const Word plain = to_plain ? Word::result_data : Word::source_data;
  job.plain = reader.address(plain);
  require_aligned(job.plain, plain);
  Regions regions;
  (to_plain ? regions.written : regions.read)
      .push_back({region(job.plain, plain_bytes, plain), plain});
  job.image = to_plain ? read_image(reader, layout, value_bytes, source_compressed,
                                    Word::source_data, Word::source_directory, regions.read)
                       : read_image(reader, layout, value_bytes, result_compressed,
                                    Word::result_data, Word::result_directory, regions.written);
  regions.require_apart(limits.ring);
  return job;
}

}  // namespace

Job decode_descriptor(const DescriptorWords& words, const JobLimits& limits) {
  Reader reader(words);
  const std::uint32_t opcode = reader.field(descriptor_field::command_opcode);
  if (opcode >= opcode_table.size() ||
      reader.field(descriptor_field::command_version) != descriptor_version) {
    throw JobError(ErrorCode::opcode, number(Word::command), 0, "no such opcode or version");
  }
  reader.require_known_bits();
  Job job;
  job.interrupt = reader.field(descriptor_field::command_interrupt) != 0;
  job.tag = reader.word(Word::tag);
  switch (static_cast<DescriptorOpcode>(opcode)) {
    case DescriptorOpcode::nop:
      if ((words[number(Word::command)] &
           ~(descriptor_field::command_opcode.mask | descriptor_field::command_version.mask |
             descriptor_field::command_interrupt.mask)) != 0) {
        refuse_type(Word::command, "a flag that NOP has no use for");
      }
      if (words[number(Word::types)] != 0) refuse_type(Word::types, "NOP has no types");
      break;
    case DescriptorOpcode::forward:
      job.work = read_operation(reader, Operation::forward, limits);
      break;
    case DescriptorOpcode::backward_data:
      job.work = read_operation(reader, Operation::backward_data, limits);
      break;
    case DescriptorOpcode::backward_weights:
      job.work = read_operation(reader, Operation::backward_weights, limits);
      break;
    case DescriptorOpcode::from_plain:
      job.work = read_conversion(reader, false, limits);
      break;
    case DescriptorOpcode::to_plain:
      job.work = read_conversion(reader, true, limits);
      break;
  }
  reader.require_rest_zero();
  return job;
}

}  // namespace tensordash
