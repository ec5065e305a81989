#pragma once

// Made from platform/registers/register_map.yaml by generate.py, which is where to change it.

#include <array>
#include <cstdint>

namespace tensordash {

/// Bytes of the window of registers.
inline constexpr std::uint32_t register_window_bytes = 4096;

/// Offsets of registers.
enum class Register : std::uint32_t {
  id = 0x000,
  version = 0x004,
  capability_array = 0x008,
  capability_pe = 0x00c,
  capability_features = 0x010,
  clock_period = 0x014,
  control = 0x020,
  status = 0x024,
  irq_enable = 0x028,
  irq_status = 0x02c,
  irq_raise = 0x030,
  ring_base_low = 0x040,
  ring_base_high = 0x044,
  ring_size = 0x048,
  ring_head = 0x04c,
  ring_tail = 0x050,
  error_code = 0x060,
  error_descriptor = 0x064,
  error_address_low = 0x068,
  error_address_high = 0x06c,
  error_count = 0x070,
  counter_control = 0x080,
};

/// Offset of counter 0; each takes two words, the low one first.
inline constexpr std::uint32_t counters_offset = 0x100;
inline constexpr unsigned counter_count = 30;

/// Counters, by number.
enum class Counter : std::uint32_t {
  cycles = 0,
  descriptors = 1,
  operation_cycles = 2,
  steps = 3,
  macs_issued = 4,
  read_bytes = 5,
  written_bytes = 6,
  read_requests = 7,
  write_requests = 8,
  result_values = 9,
  result_zeros = 10,
  fill = 11,
  stall_scratchpad = 12,
  stall_sram = 13,
  stall_bank_conflict = 14,
  stall_transposer = 15,
  stall_credit = 16,
  stall_dram = 17,
  out_of_passes = 18,
  missing_row = 19,
  missing_column = 20,
  effectual = 21,
  zero_a = 22,
  zero_b = 23,
  zero_both = 24,
  structural = 25,
  waiting = 26,
  tail = 27,
  priority = 28,
  connectivity = 29,
};

/// Bytes of a descriptor and its alignment, and what COMMAND.VERSION says.
inline constexpr unsigned descriptor_bytes = 256;
inline constexpr unsigned descriptor_words = 64;
inline constexpr unsigned descriptor_version = 1;

/// What a descriptor asks for.
enum class DescriptorOpcode : std::uint8_t {
  nop = 0,
  forward = 1,
  backward_data = 2,
  backward_weights = 3,
  from_plain = 4,
  to_plain = 5,
};

/// Words of a descriptor; of an address, its low word.
enum class DescriptorWord : std::uint32_t {
  command = 0,
  types = 1,
  tag = 2,
  reduction_rows = 3,
  shape_n = 4,
  shape_c = 5,
  shape_m = 6,
  shape_h = 7,
  shape_w = 8,
  shape_r = 9,
  shape_s = 10,
  stride_v = 11,
  stride_h = 12,
  padding_v = 13,
  padding_h = 14,
  dilation_v = 15,
  dilation_h = 16,
  groups = 17,
  a_data = 20,
  a_directory = 22,
  w_data = 24,
  w_directory = 26,
  go_data = 28,
  go_directory = 30,
  source_data = 32,
  source_directory = 34,
  result_data = 36,
  result_directory = 38,
};

/// What ERROR_CODE.CODE holds.
enum class ErrorCode : std::uint8_t {
  none = 0,
  opcode = 1,
  reserved = 2,
  type = 3,
  shape = 4,
  too_large = 5,
  alignment = 6,
  overlap = 7,
  range = 8,
  mapping = 9,
  descriptor = 10,
  read = 11,
  write = 12,
  directory = 13,
  data = 14,
  ring_overrun = 15,
  ring_size = 16,
  aborted = 17,
  internal = 18,
};

/// A register: which of its bits have which access (the rest is reserved), what they are after a
/// reset unless the configuration decides it, and whether writes are ignored while CONTROL.ENABLE.
struct RegisterDescription {
  const char* name;
  Register place;
  std::uint32_t rw, ro, w1c, w1s;
  std::uint32_t reset;
  bool configured;
  bool locked;
};

/// Some bits of a register: value << shift, within mask.
struct RegisterField {
  Register place;
  unsigned shift;
  std::uint32_t mask;
};

/// A name for a counter, an opcode or an error code.
template <typename Value>
struct NamedValue {
  const char* name;
  Value value;
};

/// A word of a descriptor, or the low word of an address, which is a multiple of `align` and whose
/// high word follows; align 0: no address. The bits outside mask are 0.
struct WordDescription {
  const char* name;
  DescriptorWord place;
  unsigned align;
  std::uint32_t mask;
};

/// Some bits of a word of a descriptor.
struct DescriptorField {
  DescriptorWord place;
  unsigned shift;
  std::uint32_t mask;
};

/// All registers but the counters, in ascending order.
inline constexpr std::array<RegisterDescription, 22> register_table{{
    {"ID", Register::id, 0, 0xffffffffU, 0, 0, 0x54445348U, false, false},
    {"VERSION", Register::version, 0, 0xffffffffU, 0, 0, 0x00010000U, false, false},
    {"CAPABILITY_ARRAY", Register::capability_array, 0, 0xffffffffU, 0, 0, 0, true, false},
    {"CAPABILITY_PE", Register::capability_pe, 0, 0x0000ffffU, 0, 0, 0, true, false},
    {"CAPABILITY_FEATURES", Register::capability_features, 0, 0x3f0f033fU, 0, 0, 0, true, false},
    {"CLOCK_PERIOD", Register::clock_period, 0, 0xffffffffU, 0, 0, 0, true, false},
    {"CONTROL", Register::control, 0x00000003U, 0, 0, 0x00000300U, 0, false, false},
    {"STATUS", Register::status, 0, 0x00000007U, 0, 0, 0x00000001U, false, false},
    {"IRQ_ENABLE", Register::irq_enable, 0x0000000fU, 0, 0, 0, 0, false, false},
    {"IRQ_STATUS", Register::irq_status, 0, 0, 0x0000000fU, 0, 0, false, false},
    {"IRQ_RAISE", Register::irq_raise, 0, 0, 0, 0x0000000fU, 0, false, false},
    {"RING_BASE_LOW", Register::ring_base_low, 0xffffff00U, 0, 0, 0, 0, false, true},
    {"RING_BASE_HIGH", Register::ring_base_high, 0xffffffffU, 0, 0, 0, 0, false, true},
    {"RING_SIZE", Register::ring_size, 0x0000000fU, 0, 0, 0, 0, false, true},
    {"RING_HEAD", Register::ring_head, 0, 0xffffffffU, 0, 0, 0, false, false},
    {"RING_TAIL", Register::ring_tail, 0xffffffffU, 0, 0, 0, 0, false, false},
    {"ERROR_CODE", Register::error_code, 0, 0x0000ffffU, 0x80000000U, 0, 0, false, false},
    {"ERROR_DESCRIPTOR", Register::error_descriptor, 0, 0xffffffffU, 0, 0, 0, false, false},
    {"ERROR_ADDRESS_LOW", Register::error_address_low, 0, 0xffffffffU, 0, 0, 0, false, false},
    {"ERROR_ADDRESS_HIGH", Register::error_address_high, 0, 0xffffffffU, 0, 0, 0, false, false},
    {"ERROR_COUNT", Register::error_count, 0, 0xffffffffU, 0, 0, 0, false, false},
    {"COUNTER_CONTROL", Register::counter_control, 0, 0, 0, 0x00000003U, 0, false, false},
}};

/// Fields of registers, REGISTER_FIELD.
namespace register_field {
inline constexpr RegisterField version_minor{Register::version, 0, 0x0000ffffU};
inline constexpr RegisterField version_major{Register::version, 16, 0xffff0000U};
inline constexpr RegisterField capability_array_tiles{Register::capability_array, 0, 0x0000ffffU};
inline constexpr RegisterField capability_array_rows{Register::capability_array, 16, 0x00ff0000U};
inline constexpr RegisterField capability_array_columns{Register::capability_array, 24,
                                                        0xff000000U};
inline constexpr RegisterField capability_pe_lanes{Register::capability_pe, 0, 0x000000ffU};
inline constexpr RegisterField capability_pe_depth{Register::capability_pe, 8, 0x0000ff00U};
inline constexpr RegisterField capability_features_fp32{Register::capability_features, 0,
                                                        0x00000001U};
inline constexpr RegisterField capability_features_bf16{Register::capability_features, 1,
                                                        0x00000002U};
inline constexpr RegisterField capability_features_schedulers{Register::capability_features, 2,
                                                              0x00000004U};
inline constexpr RegisterField capability_features_two_sided{Register::capability_features, 3,
                                                             0x00000008U};
inline constexpr RegisterField capability_features_exact{Register::capability_features, 4,
                                                         0x00000010U};
inline constexpr RegisterField capability_features_compression{Register::capability_features, 5,
                                                               0x00000020U};
inline constexpr RegisterField capability_features_pin{Register::capability_features, 8,
                                                       0x00000100U};
inline constexpr RegisterField capability_features_at{Register::capability_features, 9,
                                                      0x00000200U};
inline constexpr RegisterField capability_features_max_ring_log2{Register::capability_features, 16,
                                                                 0x000f0000U};
inline constexpr RegisterField capability_features_max_elements_log2{Register::capability_features,
                                                                     24, 0x3f000000U};
inline constexpr RegisterField control_enable{Register::control, 0, 0x00000001U};
inline constexpr RegisterField control_stop_on_error{Register::control, 1, 0x00000002U};
inline constexpr RegisterField control_abort{Register::control, 8, 0x00000100U};
inline constexpr RegisterField control_soft_reset{Register::control, 9, 0x00000200U};
inline constexpr RegisterField status_idle{Register::status, 0, 0x00000001U};
inline constexpr RegisterField status_running{Register::status, 1, 0x00000002U};
inline constexpr RegisterField status_aborting{Register::status, 2, 0x00000004U};
inline constexpr RegisterField irq_enable_done{Register::irq_enable, 0, 0x00000001U};
inline constexpr RegisterField irq_enable_error{Register::irq_enable, 1, 0x00000002U};
inline constexpr RegisterField irq_enable_empty{Register::irq_enable, 2, 0x00000004U};
inline constexpr RegisterField irq_enable_aborted{Register::irq_enable, 3, 0x00000008U};
inline constexpr RegisterField irq_status_done{Register::irq_status, 0, 0x00000001U};
inline constexpr RegisterField irq_status_error{Register::irq_status, 1, 0x00000002U};
inline constexpr RegisterField irq_status_empty{Register::irq_status, 2, 0x00000004U};
inline constexpr RegisterField irq_status_aborted{Register::irq_status, 3, 0x00000008U};
inline constexpr RegisterField irq_raise_done{Register::irq_raise, 0, 0x00000001U};
inline constexpr RegisterField irq_raise_error{Register::irq_raise, 1, 0x00000002U};
inline constexpr RegisterField irq_raise_empty{Register::irq_raise, 2, 0x00000004U};
inline constexpr RegisterField irq_raise_aborted{Register::irq_raise, 3, 0x00000008U};
inline constexpr RegisterField ring_base_low_address{Register::ring_base_low, 8, 0xffffff00U};
inline constexpr RegisterField ring_size_log2{Register::ring_size, 0, 0x0000000fU};
inline constexpr RegisterField error_code_code{Register::error_code, 0, 0x000000ffU};
inline constexpr RegisterField error_code_detail{Register::error_code, 8, 0x0000ff00U};
inline constexpr RegisterField error_code_valid{Register::error_code, 31, 0x80000000U};
inline constexpr RegisterField counter_control_snapshot{Register::counter_control, 0, 0x00000001U};
inline constexpr RegisterField counter_control_clear{Register::counter_control, 1, 0x00000002U};
}  // namespace register_field

/// All counters, in order.
inline constexpr std::array<NamedValue<Counter>, 30> counter_table{{
    {"CYCLES", Counter::cycles},
    {"DESCRIPTORS", Counter::descriptors},
    {"OPERATION_CYCLES", Counter::operation_cycles},
    {"STEPS", Counter::steps},
    {"MACS_ISSUED", Counter::macs_issued},
    {"READ_BYTES", Counter::read_bytes},
    {"WRITTEN_BYTES", Counter::written_bytes},
    {"READ_REQUESTS", Counter::read_requests},
    {"WRITE_REQUESTS", Counter::write_requests},
    {"RESULT_VALUES", Counter::result_values},
    {"RESULT_ZEROS", Counter::result_zeros},
    {"FILL", Counter::fill},
    {"STALL_SCRATCHPAD", Counter::stall_scratchpad},
    {"STALL_SRAM", Counter::stall_sram},
    {"STALL_BANK_CONFLICT", Counter::stall_bank_conflict},
    {"STALL_TRANSPOSER", Counter::stall_transposer},
    {"STALL_CREDIT", Counter::stall_credit},
    {"STALL_DRAM", Counter::stall_dram},
    {"OUT_OF_PASSES", Counter::out_of_passes},
    {"MISSING_ROW", Counter::missing_row},
    {"MISSING_COLUMN", Counter::missing_column},
    {"EFFECTUAL", Counter::effectual},
    {"ZERO_A", Counter::zero_a},
    {"ZERO_B", Counter::zero_b},
    {"ZERO_BOTH", Counter::zero_both},
    {"STRUCTURAL", Counter::structural},
    {"WAITING", Counter::waiting},
    {"TAIL", Counter::tail},
    {"PRIORITY", Counter::priority},
    {"CONNECTIVITY", Counter::connectivity},
}};

/// All opcodes.
inline constexpr std::array<NamedValue<DescriptorOpcode>, 6> opcode_table{{
    {"NOP", DescriptorOpcode::nop},
    {"FORWARD", DescriptorOpcode::forward},
    {"BACKWARD_DATA", DescriptorOpcode::backward_data},
    {"BACKWARD_WEIGHTS", DescriptorOpcode::backward_weights},
    {"FROM_PLAIN", DescriptorOpcode::from_plain},
    {"TO_PLAIN", DescriptorOpcode::to_plain},
}};

/// All error codes.
inline constexpr std::array<NamedValue<ErrorCode>, 19> error_table{{
    {"NONE", ErrorCode::none},
    {"OPCODE", ErrorCode::opcode},
    {"RESERVED", ErrorCode::reserved},
    {"TYPE", ErrorCode::type},
    {"SHAPE", ErrorCode::shape},
    {"TOO_LARGE", ErrorCode::too_large},
    {"ALIGNMENT", ErrorCode::alignment},
    {"OVERLAP", ErrorCode::overlap},
    {"RANGE", ErrorCode::range},
    {"MAPPING", ErrorCode::mapping},
    {"DESCRIPTOR", ErrorCode::descriptor},
    {"READ", ErrorCode::read},
    {"WRITE", ErrorCode::write},
    {"DIRECTORY", ErrorCode::directory},
    {"DATA", ErrorCode::data},
    {"RING_OVERRUN", ErrorCode::ring_overrun},
    {"RING_SIZE", ErrorCode::ring_size},
    {"ABORTED", ErrorCode::aborted},
    {"INTERNAL", ErrorCode::internal},
}};

/// All words of a descriptor that have a meaning.
inline constexpr std::array<WordDescription, 28> word_table{{
    {"COMMAND", DescriptorWord::command, 0, 0x030fffffU},
    {"TYPES", DescriptorWord::types, 0, 0x00001f03U},
    {"TAG", DescriptorWord::tag, 0, 0xffffffffU},
    {"REDUCTION_ROWS", DescriptorWord::reduction_rows, 0, 0xffffffffU},
    {"SHAPE_N", DescriptorWord::shape_n, 0, 0xffffffffU},
    {"SHAPE_C", DescriptorWord::shape_c, 0, 0xffffffffU},
    {"SHAPE_M", DescriptorWord::shape_m, 0, 0xffffffffU},
    {"SHAPE_H", DescriptorWord::shape_h, 0, 0xffffffffU},
    {"SHAPE_W", DescriptorWord::shape_w, 0, 0xffffffffU},
    {"SHAPE_R", DescriptorWord::shape_r, 0, 0xffffffffU},
    {"SHAPE_S", DescriptorWord::shape_s, 0, 0xffffffffU},
    {"STRIDE_V", DescriptorWord::stride_v, 0, 0xffffffffU},
    {"STRIDE_H", DescriptorWord::stride_h, 0, 0xffffffffU},
    {"PADDING_V", DescriptorWord::padding_v, 0, 0xffffffffU},
    {"PADDING_H", DescriptorWord::padding_h, 0, 0xffffffffU},
    {"DILATION_V", DescriptorWord::dilation_v, 0, 0xffffffffU},
    {"DILATION_H", DescriptorWord::dilation_h, 0, 0xffffffffU},
    {"GROUPS", DescriptorWord::groups, 0, 0xffffffffU},
    {"A_DATA", DescriptorWord::a_data, 64, 0xffffffffU},
    {"A_DIRECTORY", DescriptorWord::a_directory, 64, 0xffffffffU},
    {"W_DATA", DescriptorWord::w_data, 64, 0xffffffffU},
    {"W_DIRECTORY", DescriptorWord::w_directory, 64, 0xffffffffU},
    {"GO_DATA", DescriptorWord::go_data, 64, 0xffffffffU},
    {"GO_DIRECTORY", DescriptorWord::go_directory, 64, 0xffffffffU},
    {"SOURCE_DATA", DescriptorWord::source_data, 64, 0xffffffffU},
    {"SOURCE_DIRECTORY", DescriptorWord::source_directory, 64, 0xffffffffU},
    {"RESULT_DATA", DescriptorWord::result_data, 64, 0xffffffffU},
    {"RESULT_DIRECTORY", DescriptorWord::result_directory, 64, 0xffffffffU},
}};

/// Fields of a descriptor, WORD_FIELD.
namespace descriptor_field {
inline constexpr DescriptorField command_opcode{DescriptorWord::command, 0, 0x000000ffU};
inline constexpr DescriptorField command_version{DescriptorWord::command, 8, 0x0000ff00U};
inline constexpr DescriptorField command_interrupt{DescriptorWord::command, 16, 0x00010000U};
inline constexpr DescriptorField command_dense{DescriptorWord::command, 17, 0x00020000U};
inline constexpr DescriptorField command_sparse_activations{DescriptorWord::command, 18,
                                                            0x00040000U};
inline constexpr DescriptorField command_dilation_removed{DescriptorWord::command, 19, 0x00080000U};
inline constexpr DescriptorField command_tensor{DescriptorWord::command, 24, 0x03000000U};
inline constexpr DescriptorField types_operands{DescriptorWord::types, 0, 0x00000003U};
inline constexpr DescriptorField types_a_compressed{DescriptorWord::types, 8, 0x00000100U};
inline constexpr DescriptorField types_w_compressed{DescriptorWord::types, 9, 0x00000200U};
inline constexpr DescriptorField types_go_compressed{DescriptorWord::types, 10, 0x00000400U};
inline constexpr DescriptorField types_source_compressed{DescriptorWord::types, 11, 0x00000800U};
inline constexpr DescriptorField types_result_compressed{DescriptorWord::types, 12, 0x00001000U};
}  // namespace descriptor_field

}  // namespace tensordash
