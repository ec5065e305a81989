/* Driver of the accelerator: C99, freestanding, no allocation, no state outside its structures.
 *
 * It reaches registers and memory through functions (struct tensordash_bus); tensordash_mmio_bus()
 * makes them for firmware that has both mapped. Nothing here is safe to be called for one device
 * from two threads or from an interrupt handler as well, but tensordash_interrupts_take() and
 * tensordash_ended(), which only touch registers of their own.
 *
 * Functions that can fail check all their arguments before they write anything.
 */
#ifndef TENSORDASH_H
#define TENSORDASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tensordash_registers.h"

#ifdef __cplusplus
extern "C" {
#endif

enum tensordash_result {
  TENSORDASH_OK = 0,
  TENSORDASH_BAD_ARGUMENT, /* a null pointer, or a number that does not exist */
  TENSORDASH_NO_DEVICE,    /* the ID register says something else */
  TENSORDASH_BAD_VERSION,  /* another major version than this driver's */
  TENSORDASH_UNSUPPORTED,  /* a type, flag or size that the device or the operation does not have */
  TENSORDASH_BAD_SHAPE,    /* a size of 0, channels that do not divide, a filter too large */
  TENSORDASH_BAD_ADDRESS,  /* not aligned, or reaching beyond the last address */
  TENSORDASH_TOO_LARGE,    /* more elements than the device takes, or than 64 bits count */
  TENSORDASH_NO_RING,      /* tensordash_ring_start() has not been called */
  TENSORDASH_BUSY,         /* the ring is full, or the device still runs */
  TENSORDASH_REFUSED,      /* the device did not take what was written; see its error */
  TENSORDASH_TIMEOUT,      /* not within the given number of polls */
  TENSORDASH_STOPPED,      /* the device has stopped before it got there */
  TENSORDASH_FAILED        /* the descriptor has ended with an error; see it */
};

/* ---- The bus. ---- */

/* How to reach the device. All of them are needed but `barrier`, which may be null where accesses
 * to memory and to registers stay in the order of the program. `context` is handed to each. */
struct tensordash_bus {
  void* context;
  /* A register, `offset` bytes into the window. */
  uint32_t (*read)(void* context, uint32_t offset);
  void (*write)(void* context, uint32_t offset, uint32_t value);
  /* Writes words, little endian, to memory at an address as the device sees it. */
  void (*store)(void* context, uint64_t address, const uint32_t* words, size_t count);
  /* Orders memory and registers, both ways: what was stored before it can be seen by the device
   * before it is told by a register; what is read from memory after it is read after the registers
   * that were read before, so that results are those of a descriptor that was seen to have ended.
   * On a processor whose caches the device does not look into, it must write them back and drop
   * what they hold of the results. */
  void (*barrier)(void* context);
};

/* Registers and memory that pointers reach. Must live as long as the bus that is made of it. */
struct tensordash_mmio {
  volatile uint32_t* registers;
  /* The device sees the memory at pointer p at address (uintptr_t)p + bus_offset. */
  uint64_t bus_offset;
  /* Null: the instruction that orders memory and devices alike, `fence iorw,iorw` of RISC-V and
   * `dsb sy` of ARM; of other processors what __sync_synchronize() makes, which may be a fence of
   * memory only. It does nothing about caches. */
  void (*barrier)(void); /* NOLINT(modernize-redundant-void-arg): C needs it */
};

/* A bus of volatile accesses, for a little-endian processor. */
struct tensordash_bus tensordash_mmio_bus(struct tensordash_mmio* mmio);

/* ---- The device. ---- */

struct tensordash_capabilities {
  uint32_t tiles, rows, columns; /* PEs: tiles x rows x columns */
  uint32_t lanes, depth;
  uint32_t features;          /* CAPABILITY_FEATURES, for its bits */
  uint32_t max_ring_log2;     /* descriptors of a ring, log2 */
  uint32_t max_elements_log2; /* elements of a tensor, log2 */
  uint32_t clock_period_ps;
};

struct tensordash_device {
  struct tensordash_bus bus;
  struct tensordash_capabilities capabilities;
  uint64_t ring_base;
  uint32_t ring_size; /* descriptors; 0: no ring */
  uint32_t tail;      /* descriptors submitted, modulo 2^32 */
};

/* Finds the device and reads what it can do; writes no register. */
enum tensordash_result tensordash_init(struct tensordash_device* device,
                                       const struct tensordash_bus* bus);

/* Gives the device a ring of 2^size_log2 descriptors at `base`, a multiple of 256, and starts it.
 * Descriptors of an earlier ring that have not run are dropped. With `stop_on_error` the device
 * stops behind a descriptor that failed, until tensordash_resume(). BUSY while it is enabled or
 * still runs; REFUSED when it did not start. */
enum tensordash_result tensordash_ring_start(struct tensordash_device* device, uint64_t base,
                                             uint32_t size_log2, bool stop_on_error);

/* Takes no further descriptor; the one that runs goes on to its end. */
enum tensordash_result tensordash_stop(struct tensordash_device* device);
/* Goes on with the next descriptor of the ring. */
enum tensordash_result tensordash_resume(struct tensordash_device* device);
/* Ends the running descriptor with error ABORTED and stops, whether or not one runs; it does not
 * wait for that. */
enum tensordash_result tensordash_abort(struct tensordash_device* device);
/* Everything as after a reset; a ring has to be started again, interrupts to be enabled. */
enum tensordash_result tensordash_soft_reset(struct tensordash_device* device);
/* No descriptor runs, and none waits that may. */
bool tensordash_idle(const struct tensordash_device* device);

/* ---- Descriptors in the ring. ---- */

/* Hands a descriptor over. `ticket` is its number, to ask for it later. BUSY when the ring is
 * full: try again when a descriptor has ended. */
enum tensordash_result tensordash_submit(struct tensordash_device* device,
                                         const uint32_t words[TENSORDASH_DESCRIPTOR_WORDS],
                                         uint32_t* ticket);

/* Whether the descriptor has ended, well or not; of the last 2^31. It only reads a register: call
 * the barrier of the bus, or tensordash_wait(), before you read what the descriptor wrote. */
bool tensordash_ended(const struct tensordash_device* device, uint32_t ticket);

/* Waits for a descriptor: looks up to `polls` times, at least once, and calls `idle` (may be null)
 * between. With OK and FAILED the barrier has been called: results may be read. FAILED when the
 * device's error is about this descriptor; since it keeps the first error only, clear errors to
 * learn of the next. STOPPED when the device has come to rest before it. */
enum tensordash_result tensordash_wait(const struct tensordash_device* device, uint32_t ticket,
                                       uint32_t polls, void (*idle)(void* context), void* context);

/* ---- Events, errors, counters. ---- */

/* Which events raise the interrupt: TENSORDASH_IRQ_ENABLE_..._MASK. */
enum tensordash_result tensordash_interrupts_enable(struct tensordash_device* device,
                                                    uint32_t events);
/* For an interrupt handler: the events that have come, TENSORDASH_IRQ_STATUS_..._MASK, cleared.
 * Like tensordash_ended() it leaves the barrier to its caller. */
uint32_t tensordash_interrupts_take(const struct tensordash_device* device);

struct tensordash_error {
  bool valid;          /* there is one; else all but `count` is 0 */
  uint32_t code;       /* TENSORDASH_ERROR_... */
  uint32_t detail;     /* what is wrong, by the code */
  uint32_t descriptor; /* its ticket */
  uint64_t address;    /* in memory, or 0 */
  uint32_t count;      /* errors since reset */
};

/* The first error since errors were cleared. */
enum tensordash_result tensordash_error_read(const struct tensordash_device* device,
                                             struct tensordash_error* error);
enum tensordash_result tensordash_error_clear(struct tensordash_device* device);

/* By TENSORDASH_COUNTER_... */
struct tensordash_counters {
  uint64_t value[TENSORDASH_COUNTER_COUNT];
};

/* All counters at one moment; with `clear` they begin again at 0 then. */
enum tensordash_result tensordash_counters_read(struct tensordash_device* device, bool clear,
                                                struct tensordash_counters* counters);

/* ---- Tensors in memory. ---- */

/* A layer. Of a linear layer h, w, r and s are 1. */
struct tensordash_shape {
  uint32_t n, c, m; /* batch, input and output channels of all groups */
  uint32_t h, w;    /* input */
  uint32_t r, s;    /* filter */
  uint32_t stride_v, stride_h;
  uint32_t padding_v, padding_h;
  uint32_t dilation_v, dilation_h;
  uint32_t groups;
};

/* The tensors of a layer; gradients have the sizes of what they are gradients of. */
enum tensordash_which {
  TENSORDASH_TENSOR_A = 0, /* activations [n][c][h][w] */
  TENSORDASH_TENSOR_W = 1, /* weights [m][c / groups][r][s] */
  TENSORDASH_TENSOR_O = 2  /* outputs [n][m][p][q] */
};

/* Types of values, as TENSORDASH_TYPES_OPERANDS has them. */
enum tensordash_type { TENSORDASH_FP32 = 0, TENSORDASH_BF16 = 1 };

struct tensordash_sizes {
  uint64_t elements;
  uint64_t plain_bytes; /* in C order, fp32 */
  uint64_t groups;      /* of lanes x lanes values */
  uint32_t slot_bytes;  /* room of a group: its values, up to the next multiple of 64 */
  uint64_t data_bytes;  /* of all slots */
  uint64_t directory_bytes;
};

/* Height and width of the outputs. BAD_SHAPE or TOO_LARGE when the shape is none. */
enum tensordash_result tensordash_output_size(const struct tensordash_shape* shape, uint32_t* p,
                                              uint32_t* q);
/* What a tensor takes in memory, for a machine of 1 to 64 lanes. */
enum tensordash_result tensordash_sizes_of(const struct tensordash_shape* shape,
                                           enum tensordash_which which, enum tensordash_type type,
                                           uint32_t lanes, struct tensordash_sizes* sizes);

/* ---- Descriptors. ---- */

/* Where a tensor in groups lies; multiples of 64. */
struct tensordash_tensor {
  uint64_t data;
  uint64_t directory; /* counts only when compressed */
  bool compressed;
};

/* All zero: fp32, no interrupt, zeros are skipped. */
struct tensordash_options {
  enum tensordash_type type; /* of operands in groups */
  uint32_t tag;
  uint32_t reduction_rows;
  bool interrupt;          /* event DONE at its end */
  bool dense;              /* operations: skip no zeros */
  bool sparse_activations; /* backward weights: skip those of A, not of GO */
  bool dilation_removed;   /* backward data */
};

/* Each writes the 64 words of a descriptor. UNSUPPORTED, BAD_SHAPE, BAD_ADDRESS, TOO_LARGE: the
 * device would refuse it, and nothing is written; it checks more, such as tensors that overlap.
 * `options` may be null. */

enum tensordash_result tensordash_encode_nop(const struct tensordash_device* device,
                                             const struct tensordash_options* options,
                                             uint32_t words[TENSORDASH_DESCRIPTOR_WORDS]);
/* O = A * W; `result`: address of the slots of O. */
enum tensordash_result tensordash_encode_forward(const struct tensordash_device* device,
                                                 const struct tensordash_shape* shape,
                                                 const struct tensordash_options* options,
                                                 const struct tensordash_tensor* a,
                                                 const struct tensordash_tensor* w, uint64_t result,
                                                 uint32_t words[TENSORDASH_DESCRIPTOR_WORDS]);
/* GA = GO * W */
enum tensordash_result tensordash_encode_backward_data(const struct tensordash_device* device,
                                                       const struct tensordash_shape* shape,
                                                       const struct tensordash_options* options,
                                                       const struct tensordash_tensor* go,
                                                       const struct tensordash_tensor* w,
                                                       uint64_t result,
                                                       uint32_t words[TENSORDASH_DESCRIPTOR_WORDS]);
/* GW = GO * A */
enum tensordash_result tensordash_encode_backward_weights(
    const struct tensordash_device* device, const struct tensordash_shape* shape,
    const struct tensordash_options* options, const struct tensordash_tensor* go,
    const struct tensordash_tensor* a, uint64_t result,
    uint32_t words[TENSORDASH_DESCRIPTOR_WORDS]);
/* A tensor of the layer from C order, fp32, at `source`, into groups. */
enum tensordash_result tensordash_encode_from_plain(
    const struct tensordash_device* device, const struct tensordash_shape* shape,
    enum tensordash_which which, const struct tensordash_options* options, uint64_t source,
    const struct tensordash_tensor* result, uint32_t words[TENSORDASH_DESCRIPTOR_WORDS]);
/* And back. */
enum tensordash_result tensordash_encode_to_plain(const struct tensordash_device* device,
                                                  const struct tensordash_shape* shape,
                                                  enum tensordash_which which,
                                                  const struct tensordash_options* options,
                                                  const struct tensordash_tensor* source,
                                                  uint64_t result,
                                                  uint32_t words[TENSORDASH_DESCRIPTOR_WORDS]);

#ifdef __cplusplus
}
#endif

#endif /* TENSORDASH_H */
