/* The registers and descriptors of the accelerator.
 *
 * Made from platform/registers/register_map.yaml by generate.py, which is where to change it.
 * TENSORDASH_REGISTER_R   offset of register R in the window
 * TENSORDASH_R_F_MASK, _SHIFT   field F of register R, or of word R of a descriptor
 * TENSORDASH_COUNTER_C    number of counter C: its low half is at TENSORDASH_COUNTERS + 8 * number
 * TENSORDASH_OPCODE_O, TENSORDASH_WORD_W, TENSORDASH_ERROR_E   numbers
 */
#ifndef TENSORDASH_REGISTERS_H
#define TENSORDASH_REGISTERS_H

#include <stdint.h>

/* Bytes of the window of registers. */
#define TENSORDASH_WINDOW_BYTES 4096

/* 'TDSH' */
#define TENSORDASH_REGISTER_ID 0x000
#define TENSORDASH_ID_RESET UINT32_C(0x54445348)

/* version of this map */
#define TENSORDASH_REGISTER_VERSION 0x004
#define TENSORDASH_VERSION_RESET UINT32_C(0x00010000)
/* grows with what is added */
#define TENSORDASH_VERSION_MINOR_MASK UINT32_C(0x0000ffff)
#define TENSORDASH_VERSION_MINOR_SHIFT 0
/* grows with what is changed */
#define TENSORDASH_VERSION_MAJOR_MASK UINT32_C(0xffff0000)
#define TENSORDASH_VERSION_MAJOR_SHIFT 16

/* size of the array */
#define TENSORDASH_REGISTER_CAPABILITY_ARRAY 0x008
/* tiles */
#define TENSORDASH_CAPABILITY_ARRAY_TILES_MASK UINT32_C(0x0000ffff)
#define TENSORDASH_CAPABILITY_ARRAY_TILES_SHIFT 0
/* rows of a tile */
#define TENSORDASH_CAPABILITY_ARRAY_ROWS_MASK UINT32_C(0x00ff0000)
#define TENSORDASH_CAPABILITY_ARRAY_ROWS_SHIFT 16
/* columns of a tile */
#define TENSORDASH_CAPABILITY_ARRAY_COLUMNS_MASK UINT32_C(0xff000000)
#define TENSORDASH_CAPABILITY_ARRAY_COLUMNS_SHIFT 24

/* size of a PE */
#define TENSORDASH_REGISTER_CAPABILITY_PE 0x00c
/* lanes, L; groups of tensors are L x L values */
#define TENSORDASH_CAPABILITY_PE_LANES_MASK UINT32_C(0x000000ff)
#define TENSORDASH_CAPABILITY_PE_LANES_SHIFT 0
/* stream rows of a staging buffer */
#define TENSORDASH_CAPABILITY_PE_DEPTH_MASK UINT32_C(0x0000ff00)
#define TENSORDASH_CAPABILITY_PE_DEPTH_SHIFT 8

/* what the model can do */
#define TENSORDASH_REGISTER_CAPABILITY_FEATURES 0x010
/* fp32 operands */
#define TENSORDASH_CAPABILITY_FEATURES_FP32_MASK UINT32_C(0x00000001)
#define TENSORDASH_CAPABILITY_FEATURES_FP32_SHIFT 0
/* bf16 operands */
#define TENSORDASH_CAPABILITY_FEATURES_BF16_MASK UINT32_C(0x00000002)
#define TENSORDASH_CAPABILITY_FEATURES_BF16_SHIFT 1
/* it skips zeros; else every operation is dense */
#define TENSORDASH_CAPABILITY_FEATURES_SCHEDULERS_MASK UINT32_C(0x00000004)
#define TENSORDASH_CAPABILITY_FEATURES_SCHEDULERS_SHIFT 2
/* of both sides */
#define TENSORDASH_CAPABILITY_FEATURES_TWO_SIDED_MASK UINT32_C(0x00000008)
#define TENSORDASH_CAPABILITY_FEATURES_TWO_SIDED_SHIFT 3
/* sums are rounded once, at their end */
#define TENSORDASH_CAPABILITY_FEATURES_EXACT_MASK UINT32_C(0x00000010)
#define TENSORDASH_CAPABILITY_FEATURES_EXACT_SHIFT 4
/* zero-compressed operands */
#define TENSORDASH_CAPABILITY_FEATURES_COMPRESSION_MASK UINT32_C(0x00000020)
#define TENSORDASH_CAPABILITY_FEATURES_COMPRESSION_SHIFT 5
/* operations run on signals and clocks, else on the fast engine */
#define TENSORDASH_CAPABILITY_FEATURES_PIN_MASK UINT32_C(0x00000100)
#define TENSORDASH_CAPABILITY_FEATURES_PIN_SHIFT 8
/* the memory is accessed approximately timed, else loosely timed */
#define TENSORDASH_CAPABILITY_FEATURES_AT_MASK UINT32_C(0x00000200)
#define TENSORDASH_CAPABILITY_FEATURES_AT_SHIFT 9
/* largest RING_SIZE.LOG2 */
#define TENSORDASH_CAPABILITY_FEATURES_MAX_RING_LOG2_MASK UINT32_C(0x000f0000)
#define TENSORDASH_CAPABILITY_FEATURES_MAX_RING_LOG2_SHIFT 16
/* elements of a tensor, the padding of its groups included, log2 */
#define TENSORDASH_CAPABILITY_FEATURES_MAX_ELEMENTS_LOG2_MASK UINT32_C(0x3f000000)
#define TENSORDASH_CAPABILITY_FEATURES_MAX_ELEMENTS_LOG2_SHIFT 24

/* length of a clock in picoseconds */
#define TENSORDASH_REGISTER_CLOCK_PERIOD 0x014

/* what the host wants */
#define TENSORDASH_REGISTER_CONTROL 0x020
/* take descriptors from the ring */
#define TENSORDASH_CONTROL_ENABLE_MASK UINT32_C(0x00000001)
#define TENSORDASH_CONTROL_ENABLE_SHIFT 0
/* clear ENABLE after a descriptor that failed */
#define TENSORDASH_CONTROL_STOP_ON_ERROR_MASK UINT32_C(0x00000002)
#define TENSORDASH_CONTROL_STOP_ON_ERROR_SHIFT 1
/* end the running descriptor with error ABORTED, or do not begin the one that waits (RING_HEAD
 * stays), and clear ENABLE; nothing when IDLE */
#define TENSORDASH_CONTROL_ABORT_MASK UINT32_C(0x00000100)
#define TENSORDASH_CONTROL_ABORT_SHIFT 8
/* all registers and the machine as after a reset; the memory keeps what was written */
#define TENSORDASH_CONTROL_SOFT_RESET_MASK UINT32_C(0x00000200)
#define TENSORDASH_CONTROL_SOFT_RESET_SHIFT 9

/* what the accelerator does */
#define TENSORDASH_REGISTER_STATUS 0x024
/* no descriptor is running, none waits that ENABLE allows */
#define TENSORDASH_STATUS_IDLE_MASK UINT32_C(0x00000001)
#define TENSORDASH_STATUS_IDLE_SHIFT 0
/* a descriptor is being fetched or run */
#define TENSORDASH_STATUS_RUNNING_MASK UINT32_C(0x00000002)
#define TENSORDASH_STATUS_RUNNING_SHIFT 1
/* an abort waits for the machine to come to rest */
#define TENSORDASH_STATUS_ABORTING_MASK UINT32_C(0x00000004)
#define TENSORDASH_STATUS_ABORTING_SHIFT 2

/* which events raise irq; bits as in IRQ_STATUS */
#define TENSORDASH_REGISTER_IRQ_ENABLE 0x028
/* a descriptor with the flag INTERRUPT has ended well */
#define TENSORDASH_IRQ_ENABLE_DONE_MASK UINT32_C(0x00000001)
#define TENSORDASH_IRQ_ENABLE_DONE_SHIFT 0
/* a descriptor has failed, or the ring is wrong */
#define TENSORDASH_IRQ_ENABLE_ERROR_MASK UINT32_C(0x00000002)
#define TENSORDASH_IRQ_ENABLE_ERROR_SHIFT 1
/* the last descriptor of the ring has ended */
#define TENSORDASH_IRQ_ENABLE_EMPTY_MASK UINT32_C(0x00000004)
#define TENSORDASH_IRQ_ENABLE_EMPTY_SHIFT 2
/* an abort is complete */
#define TENSORDASH_IRQ_ENABLE_ABORTED_MASK UINT32_C(0x00000008)
#define TENSORDASH_IRQ_ENABLE_ABORTED_SHIFT 3

/* events since they were cleared; irq is high while one of them is enabled */
#define TENSORDASH_REGISTER_IRQ_STATUS 0x02c
/* a descriptor with the flag INTERRUPT has ended well */
#define TENSORDASH_IRQ_STATUS_DONE_MASK UINT32_C(0x00000001)
#define TENSORDASH_IRQ_STATUS_DONE_SHIFT 0
/* a descriptor has failed, or the ring is wrong */
#define TENSORDASH_IRQ_STATUS_ERROR_MASK UINT32_C(0x00000002)
#define TENSORDASH_IRQ_STATUS_ERROR_SHIFT 1
/* the last descriptor of the ring has ended */
#define TENSORDASH_IRQ_STATUS_EMPTY_MASK UINT32_C(0x00000004)
#define TENSORDASH_IRQ_STATUS_EMPTY_SHIFT 2
/* an abort is complete */
#define TENSORDASH_IRQ_STATUS_ABORTED_MASK UINT32_C(0x00000008)
#define TENSORDASH_IRQ_STATUS_ABORTED_SHIFT 3

/* sets events, to try interrupts out; bits as in IRQ_STATUS */
#define TENSORDASH_REGISTER_IRQ_RAISE 0x030
/* a descriptor with the flag INTERRUPT has ended well */
#define TENSORDASH_IRQ_RAISE_DONE_MASK UINT32_C(0x00000001)
#define TENSORDASH_IRQ_RAISE_DONE_SHIFT 0
/* a descriptor has failed, or the ring is wrong */
#define TENSORDASH_IRQ_RAISE_ERROR_MASK UINT32_C(0x00000002)
#define TENSORDASH_IRQ_RAISE_ERROR_SHIFT 1
/* the last descriptor of the ring has ended */
#define TENSORDASH_IRQ_RAISE_EMPTY_MASK UINT32_C(0x00000004)
#define TENSORDASH_IRQ_RAISE_EMPTY_SHIFT 2
/* an abort is complete */
#define TENSORDASH_IRQ_RAISE_ABORTED_MASK UINT32_C(0x00000008)
#define TENSORDASH_IRQ_RAISE_ABORTED_SHIFT 3

/* address of descriptor 0, a multiple of 256 */
#define TENSORDASH_REGISTER_RING_BASE_LOW 0x040
/* bits 31 to 8 */
#define TENSORDASH_RING_BASE_LOW_ADDRESS_MASK UINT32_C(0xffffff00)
#define TENSORDASH_RING_BASE_LOW_ADDRESS_SHIFT 8

/* bits 63 to 32 */
#define TENSORDASH_REGISTER_RING_BASE_HIGH 0x044

/* descriptors of the ring */
#define TENSORDASH_REGISTER_RING_SIZE 0x048
/* log2 of their number, at most CAPABILITY_FEATURES.MAX_RING_LOG2 */
#define TENSORDASH_RING_SIZE_LOG2_MASK UINT32_C(0x0000000f)
#define TENSORDASH_RING_SIZE_LOG2_SHIFT 0

/* descriptors that have ended, well or not, modulo 2^32; the next lies at place RING_HEAD modulo
 * the size */
#define TENSORDASH_REGISTER_RING_HEAD 0x04c

/* descriptors that were submitted, modulo 2^32; a value that is not 0 to size beyond RING_HEAD, or
 * that takes back the descriptor that is running, is refused with error RING_OVERRUN and leaves the
 * register as it was */
#define TENSORDASH_REGISTER_RING_TAIL 0x050

/* the first error since it was cleared, with the registers up to ERROR_DESCRIPTOR; a 1 in VALID
 * clears them */
#define TENSORDASH_REGISTER_ERROR_CODE 0x060
/* one of the error codes */
#define TENSORDASH_ERROR_CODE_CODE_MASK UINT32_C(0x000000ff)
#define TENSORDASH_ERROR_CODE_CODE_SHIFT 0
/* the descriptor's word that is wrong, or how the memory answered (TLM response status, as a
 * positive number) */
#define TENSORDASH_ERROR_CODE_DETAIL_MASK UINT32_C(0x0000ff00)
#define TENSORDASH_ERROR_CODE_DETAIL_SHIFT 8
/* there is an error */
#define TENSORDASH_ERROR_CODE_VALID_MASK UINT32_C(0x80000000)
#define TENSORDASH_ERROR_CODE_VALID_SHIFT 31

/* RING_HEAD when it happened */
#define TENSORDASH_REGISTER_ERROR_DESCRIPTOR 0x064

/* address in memory that it is about, or 0 */
#define TENSORDASH_REGISTER_ERROR_ADDRESS_LOW 0x068

/* bits 63 to 32 */
#define TENSORDASH_REGISTER_ERROR_ADDRESS_HIGH 0x06c

/* errors since reset, at most 2^32 - 1 */
#define TENSORDASH_REGISTER_ERROR_COUNT 0x070

/* the performance counters */
#define TENSORDASH_REGISTER_COUNTER_CONTROL 0x080
/* take all counters at this moment into the registers below, which hold them till the next */
#define TENSORDASH_COUNTER_CONTROL_SNAPSHOT_MASK UINT32_C(0x00000001)
#define TENSORDASH_COUNTER_CONTROL_SNAPSHOT_SHIFT 0
/* set the counters to 0, after a SNAPSHOT in the same write; the registers below stay */
#define TENSORDASH_COUNTER_CONTROL_CLEAR_MASK UINT32_C(0x00000002)
#define TENSORDASH_COUNTER_CONTROL_CLEAR_SHIFT 1

/* Counters. */

/* Offset of the low half of counter 0. */
#define TENSORDASH_COUNTERS 0x100
#define TENSORDASH_COUNTER_COUNT 30
/* clocks in which a descriptor was fetched or run */
#define TENSORDASH_COUNTER_CYCLES 0
/* descriptors that ended well */
#define TENSORDASH_COUNTER_DESCRIPTORS 1
/* clocks of operations, as reports count them */
#define TENSORDASH_COUNTER_OPERATION_CYCLES 2
/* scheduler cycles of the busiest tile of each operation */
#define TENSORDASH_COUNTER_STEPS 3
/* multiplier slots given a pair */
#define TENSORDASH_COUNTER_MACS_ISSUED 4
/* bytes read from memory */
#define TENSORDASH_COUNTER_READ_BYTES 5
/* bytes written to memory */
#define TENSORDASH_COUNTER_WRITTEN_BYTES 6
/* requests to read */
#define TENSORDASH_COUNTER_READ_REQUESTS 7
/* requests to write */
#define TENSORDASH_COUNTER_WRITE_REQUESTS 8
/* values of the results of operations */
#define TENSORDASH_COUNTER_RESULT_VALUES 9
/* those of them that are zero, +0 or -0 */
#define TENSORDASH_COUNTER_RESULT_ZEROS 10
/* lane-cycles of fill in the ledger */
#define TENSORDASH_COUNTER_FILL 11
/* lane-cycles of stall_scratchpad in the ledger */
#define TENSORDASH_COUNTER_STALL_SCRATCHPAD 12
/* lane-cycles of stall_sram in the ledger */
#define TENSORDASH_COUNTER_STALL_SRAM 13
/* lane-cycles of stall_bank_conflict in the ledger */
#define TENSORDASH_COUNTER_STALL_BANK_CONFLICT 14
/* lane-cycles of stall_transposer in the ledger */
#define TENSORDASH_COUNTER_STALL_TRANSPOSER 15
/* lane-cycles of stall_credit in the ledger */
#define TENSORDASH_COUNTER_STALL_CREDIT 16
/* lane-cycles of stall_dram in the ledger */
#define TENSORDASH_COUNTER_STALL_DRAM 17
/* lane-cycles of out_of_passes in the ledger */
#define TENSORDASH_COUNTER_OUT_OF_PASSES 18
/* lane-cycles of missing_row in the ledger */
#define TENSORDASH_COUNTER_MISSING_ROW 19
/* lane-cycles of missing_column in the ledger */
#define TENSORDASH_COUNTER_MISSING_COLUMN 20
/* lane-cycles of effectual in the ledger */
#define TENSORDASH_COUNTER_EFFECTUAL 21
/* lane-cycles of zero_a in the ledger */
#define TENSORDASH_COUNTER_ZERO_A 22
/* lane-cycles of zero_b in the ledger */
#define TENSORDASH_COUNTER_ZERO_B 23
/* lane-cycles of zero_both in the ledger */
#define TENSORDASH_COUNTER_ZERO_BOTH 24
/* lane-cycles of structural in the ledger */
#define TENSORDASH_COUNTER_STRUCTURAL 25
/* lane-cycles of waiting in the ledger */
#define TENSORDASH_COUNTER_WAITING 26
/* lane-cycles of tail in the ledger */
#define TENSORDASH_COUNTER_TAIL 27
/* lane-cycles of priority in the ledger */
#define TENSORDASH_COUNTER_PRIORITY 28
/* lane-cycles of connectivity in the ledger */
#define TENSORDASH_COUNTER_CONNECTIVITY 29

/* Descriptors. */

#define TENSORDASH_DESCRIPTOR_BYTES 256
#define TENSORDASH_DESCRIPTOR_WORDS 64
#define TENSORDASH_DESCRIPTOR_VERSION 1
/* nothing; the rest but flags and tag is 0 */
#define TENSORDASH_OPCODE_NOP 0
/* result O = A * W */
#define TENSORDASH_OPCODE_FORWARD 1
/* result GA = GO * W */
#define TENSORDASH_OPCODE_BACKWARD_DATA 2
/* result GW = GO * A */
#define TENSORDASH_OPCODE_BACKWARD_WEIGHTS 3
/* source: a tensor in C order (NCHW, MCRS), fp32; result: the same in groups */
#define TENSORDASH_OPCODE_FROM_PLAIN 4
/* source: a tensor in groups; result: the same in C order, fp32 */
#define TENSORDASH_OPCODE_TO_PLAIN 5

/* what to do */
#define TENSORDASH_WORD_COMMAND 0
/* one of the opcodes */
#define TENSORDASH_COMMAND_OPCODE_MASK UINT32_C(0x000000ff)
#define TENSORDASH_COMMAND_OPCODE_SHIFT 0
/* 1, the version of descriptors */
#define TENSORDASH_COMMAND_VERSION_MASK UINT32_C(0x0000ff00)
#define TENSORDASH_COMMAND_VERSION_SHIFT 8
/* raise DONE at its end */
#define TENSORDASH_COMMAND_INTERRUPT_MASK UINT32_C(0x00010000)
#define TENSORDASH_COMMAND_INTERRUPT_SHIFT 16
/* skip no zeros */
#define TENSORDASH_COMMAND_DENSE_MASK UINT32_C(0x00020000)
#define TENSORDASH_COMMAND_DENSE_SHIFT 17
/* BACKWARD_WEIGHTS: side B, whose zeros are skipped, is A, else GO */
#define TENSORDASH_COMMAND_SPARSE_ACTIVATIONS_MASK UINT32_C(0x00040000)
#define TENSORDASH_COMMAND_SPARSE_ACTIVATIONS_SHIFT 18
/* BACKWARD_DATA: no zeros between strided gradients */
#define TENSORDASH_COMMAND_DILATION_REMOVED_MASK UINT32_C(0x00080000)
#define TENSORDASH_COMMAND_DILATION_REMOVED_SHIFT 19
/* FROM_PLAIN, TO_PLAIN: 0 A or GA, 1 W or GW, 2 O or GO, of the layer that the shape says */
#define TENSORDASH_COMMAND_TENSOR_MASK UINT32_C(0x03000000)
#define TENSORDASH_COMMAND_TENSOR_SHIFT 24

/* how tensors lie in memory */
#define TENSORDASH_WORD_TYPES 1
/* values of operands in groups: 0 fp32, 1 bf16 (of converters: of the tensor in groups). Results of
 * operations are fp32 */
#define TENSORDASH_TYPES_OPERANDS_MASK UINT32_C(0x00000003)
#define TENSORDASH_TYPES_OPERANDS_SHIFT 0
/* A has a directory and compressed groups; else every slot is raw */
#define TENSORDASH_TYPES_A_COMPRESSED_MASK UINT32_C(0x00000100)
#define TENSORDASH_TYPES_A_COMPRESSED_SHIFT 8
/* the same of W */
#define TENSORDASH_TYPES_W_COMPRESSED_MASK UINT32_C(0x00000200)
#define TENSORDASH_TYPES_W_COMPRESSED_SHIFT 9
/* the same of GO */
#define TENSORDASH_TYPES_GO_COMPRESSED_MASK UINT32_C(0x00000400)
#define TENSORDASH_TYPES_GO_COMPRESSED_SHIFT 10
/* TO_PLAIN: the same of the source */
#define TENSORDASH_TYPES_SOURCE_COMPRESSED_MASK UINT32_C(0x00000800)
#define TENSORDASH_TYPES_SOURCE_COMPRESSED_SHIFT 11
/* FROM_PLAIN: the same of the result. Results of operations are raw */
#define TENSORDASH_TYPES_RESULT_COMPRESSED_MASK UINT32_C(0x00001000)
#define TENSORDASH_TYPES_RESULT_COMPRESSED_SHIFT 12

/* for the host */
#define TENSORDASH_WORD_TAG 2

/* stream rows of a block of a reduction, 0: not blocked */
#define TENSORDASH_WORD_REDUCTION_ROWS 3

/* batch */
#define TENSORDASH_WORD_SHAPE_N 4

/* input channels, of all groups */
#define TENSORDASH_WORD_SHAPE_C 5

/* output channels, of all groups */
#define TENSORDASH_WORD_SHAPE_M 6

/* input height */
#define TENSORDASH_WORD_SHAPE_H 7

/* input width */
#define TENSORDASH_WORD_SHAPE_W 8

/* filter height */
#define TENSORDASH_WORD_SHAPE_R 9

/* filter width */
#define TENSORDASH_WORD_SHAPE_S 10

/* vertical stride */
#define TENSORDASH_WORD_STRIDE_V 11

/* horizontal stride */
#define TENSORDASH_WORD_STRIDE_H 12

/* rows of padding, above and below */
#define TENSORDASH_WORD_PADDING_V 13

/* columns of padding, left and right */
#define TENSORDASH_WORD_PADDING_H 14

/* vertical dilation */
#define TENSORDASH_WORD_DILATION_V 15

/* horizontal dilation */
#define TENSORDASH_WORD_DILATION_H 16

/* groups of channels */
#define TENSORDASH_WORD_GROUPS 17

/* slots of the activations A */
#define TENSORDASH_WORD_A_DATA 20

/* directory of A, 0 unless A_COMPRESSED */
#define TENSORDASH_WORD_A_DIRECTORY 22

/* slots of the weights W */
#define TENSORDASH_WORD_W_DATA 24

/* directory of W, 0 unless W_COMPRESSED */
#define TENSORDASH_WORD_W_DIRECTORY 26

/* slots of the output gradients GO */
#define TENSORDASH_WORD_GO_DATA 28

/* directory of GO, 0 unless GO_COMPRESSED */
#define TENSORDASH_WORD_GO_DIRECTORY 30

/* FROM_PLAIN: values, TO_PLAIN: slots */
#define TENSORDASH_WORD_SOURCE_DATA 32

/* TO_PLAIN: directory of the source, 0 unless SOURCE_COMPRESSED */
#define TENSORDASH_WORD_SOURCE_DIRECTORY 34

/* slots of the result; TO_PLAIN - values */
#define TENSORDASH_WORD_RESULT_DATA 36

/* FROM_PLAIN: directory of the result, 0 unless RESULT_COMPRESSED */
#define TENSORDASH_WORD_RESULT_DIRECTORY 38

/* Error codes. */

/* none */
#define TENSORDASH_ERROR_NONE 0
/* no such opcode, or version */
#define TENSORDASH_ERROR_OPCODE 1
/* a bit that must be 0 is 1; DETAIL: the word */
#define TENSORDASH_ERROR_RESERVED 2
/* a type or flag that the operation or the machine does not have; DETAIL: the word */
#define TENSORDASH_ERROR_TYPE 3
/* a size of 0, a filter larger than the padded input, channels that are no multiple of the groups;
 * DETAIL: the word, as far as it is one */
#define TENSORDASH_ERROR_SHAPE 4
/* a tensor with more elements than MAX_ELEMENTS_LOG2 says, or an operation of more work than the
 * model is set to take at once */
#define TENSORDASH_ERROR_TOO_LARGE 5
/* an address that is no multiple of 64; DETAIL: its word */
#define TENSORDASH_ERROR_ALIGNMENT 6
/* the result overlaps an operand, its directory or the ring; DETAIL: the word of the other, 0: the
 * ring */
#define TENSORDASH_ERROR_OVERLAP 7
/* a tensor that reaches beyond the last address; DETAIL: its word */
#define TENSORDASH_ERROR_RANGE 8
/* the operation does not fit the memories of the machine */
#define TENSORDASH_ERROR_MAPPING 9
/* the descriptor could not be read; DETAIL: how the memory answered */
#define TENSORDASH_ERROR_DESCRIPTOR 10
/* the memory refused a read; DETAIL: how it answered */
#define TENSORDASH_ERROR_READ 11
/* the memory refused a write; DETAIL: how it answered */
#define TENSORDASH_ERROR_WRITE 12
/* a directory entry that cannot be */
#define TENSORDASH_ERROR_DIRECTORY 13
/* bytes of a group that cannot be, or that changed while they were used */
#define TENSORDASH_ERROR_DATA 14
/* RING_TAIL was refused */
#define TENSORDASH_ERROR_RING_OVERRUN 15
/* ENABLE with a RING_SIZE beyond what there is, or less than what waits, or a ring that reaches
 * beyond the last address; ENABLE stays 0 */
#define TENSORDASH_ERROR_RING_SIZE 16
/* the host aborted the descriptor */
#define TENSORDASH_ERROR_ABORTED 17
/* a defect of the model */
#define TENSORDASH_ERROR_INTERNAL 18

#endif /* TENSORDASH_REGISTERS_H */
