#include "tensordash.h"

#define ALIGNMENT 64
/* Of stride, padding, dilation and groups. */
#define LARGEST_OPTION (UINT32_C(1) << 20)

static const struct tensordash_options no_options;

/* A descriptor as it grows. The first thing that is wrong stays its result, and what follows does
 * nothing more: a caller looks at the end only. */
struct draft {
  const struct tensordash_device* device;
  const struct tensordash_shape* shape;
  const struct tensordash_options* options;
  enum tensordash_result result;
  uint32_t words[TENSORDASH_DESCRIPTOR_WORDS];
};

static void require(struct draft* draft, bool condition, enum tensordash_result otherwise) {
  if (draft->result == TENSORDASH_OK && !condition) draft->result = otherwise;
}

static bool has(const struct draft* draft, uint32_t feature) {
  return draft->device != NULL && (draft->device->capabilities.features & feature) != 0;
}

/* Command, tag and shape; `flags` are those of COMMAND that the operation knows. */
static void begin(struct draft* draft, uint32_t opcode, uint32_t flags) {
  const struct tensordash_options* options = draft->options;
  const uint32_t wanted =
      (options->dense ? TENSORDASH_COMMAND_DENSE_MASK : 0) |
      (options->sparse_activations ? TENSORDASH_COMMAND_SPARSE_ACTIVATIONS_MASK : 0) |
      (options->dilation_removed ? TENSORDASH_COMMAND_DILATION_REMOVED_MASK : 0);
  const bool operation = (flags & TENSORDASH_COMMAND_DENSE_MASK) != 0;
  require(draft, (wanted & ~flags) == 0, TENSORDASH_UNSUPPORTED);
  require(draft, operation || options->reduction_rows == 0, TENSORDASH_UNSUPPORTED);
  draft->words[TENSORDASH_WORD_COMMAND] =
      opcode << TENSORDASH_COMMAND_OPCODE_SHIFT |
      (uint32_t)TENSORDASH_DESCRIPTOR_VERSION << TENSORDASH_COMMAND_VERSION_SHIFT | wanted |
      (options->interrupt ? TENSORDASH_COMMAND_INTERRUPT_MASK : 0);
  draft->words[TENSORDASH_WORD_TAG] = options->tag;
  draft->words[TENSORDASH_WORD_REDUCTION_ROWS] = options->reduction_rows;
}

static void put_shape(struct draft* draft) {
  const struct tensordash_shape* shape = draft->shape;
  uint32_t* words = draft->words;
  uint32_t p, q;
  enum tensordash_result result;
  require(draft, shape != NULL, TENSORDASH_BAD_ARGUMENT);
  if (draft->result != TENSORDASH_OK) return;
  require(draft,
          shape->stride_v <= LARGEST_OPTION && shape->stride_h <= LARGEST_OPTION &&
              shape->padding_v <= LARGEST_OPTION && shape->padding_h <= LARGEST_OPTION &&
              shape->dilation_v <= LARGEST_OPTION && shape->dilation_h <= LARGEST_OPTION &&
              shape->groups <= LARGEST_OPTION,
          TENSORDASH_BAD_SHAPE);
  result = tensordash_output_size(shape, &p, &q);
  require(draft, result == TENSORDASH_OK, result);
  if (draft->result != TENSORDASH_OK) return;
  words[TENSORDASH_WORD_SHAPE_N] = shape->n;
  words[TENSORDASH_WORD_SHAPE_C] = shape->c;
  words[TENSORDASH_WORD_SHAPE_M] = shape->m;
  words[TENSORDASH_WORD_SHAPE_H] = shape->h;
  words[TENSORDASH_WORD_SHAPE_W] = shape->w;
  words[TENSORDASH_WORD_SHAPE_R] = shape->r;
  words[TENSORDASH_WORD_SHAPE_S] = shape->s;
  words[TENSORDASH_WORD_STRIDE_V] = shape->stride_v;
  words[TENSORDASH_WORD_STRIDE_H] = shape->stride_h;
  words[TENSORDASH_WORD_PADDING_V] = shape->padding_v;
  words[TENSORDASH_WORD_PADDING_H] = shape->padding_h;
  words[TENSORDASH_WORD_DILATION_V] = shape->dilation_v;
  words[TENSORDASH_WORD_DILATION_H] = shape->dilation_h;
  words[TENSORDASH_WORD_GROUPS] = shape->groups;
}

static void put_type(struct draft* draft) {
  const enum tensordash_type type = draft->options->type;
  require(draft, type == TENSORDASH_FP32 || type == TENSORDASH_BF16, TENSORDASH_BAD_ARGUMENT);
  require(draft,
          has(draft, type == TENSORDASH_BF16 ? TENSORDASH_CAPABILITY_FEATURES_BF16_MASK
                                             : TENSORDASH_CAPABILITY_FEATURES_FP32_MASK),
          TENSORDASH_UNSUPPORTED);
  draft->words[TENSORDASH_WORD_TYPES] |= (uint32_t)type << TENSORDASH_TYPES_OPERANDS_SHIFT;
}

/* What all but NOP have. */
static void put_layer(struct draft* draft) {
  put_shape(draft);
  put_type(draft);
}

static void put_address(struct draft* draft, uint32_t word, uint64_t address, uint64_t bytes) {
  require(draft, address % ALIGNMENT == 0, TENSORDASH_BAD_ADDRESS);
  require(draft, bytes - 1 <= UINT64_MAX - address, TENSORDASH_BAD_ADDRESS);
  draft->words[word] = (uint32_t)address;
  draft->words[word + 1] = (uint32_t)(address >> 32);
}

/* Sizes of a tensor, if the device takes as many elements. The zeros that fill up its groups count,
 * also where it lies in C order. */
static struct tensordash_sizes measure(struct draft* draft, enum tensordash_which which,
                                       enum tensordash_type type) {
  struct tensordash_sizes sizes = {0};
  const struct tensordash_capabilities* can;
  uint64_t limit;
  if (draft->result != TENSORDASH_OK) return sizes;
  can = &draft->device->capabilities;
  draft->result = tensordash_sizes_of(draft->shape, which, type, can->lanes, &sizes);
  /* In halves, because firmware would have to link a 64-bit shift. */
  limit = can->max_elements_log2 < 32
              ? UINT32_C(1) << can->max_elements_log2
              : (uint64_t)(UINT32_C(1) << (can->max_elements_log2 - 32)) << 32;
  /* No overflow: the bytes of the groups have been counted in 64 bits. */
  require(draft, sizes.groups * can->lanes * can->lanes <= limit, TENSORDASH_TOO_LARGE);
  return sizes;
}

/* A tensor in groups; its directory's address is two words behind that of its data. */
static void put_tensor(struct draft* draft, uint32_t word, enum tensordash_which which,
                       const struct tensordash_tensor* tensor, uint32_t compressed_mask) {
  const struct tensordash_sizes sizes = measure(draft, which, draft->options->type);
  require(draft, tensor != NULL, TENSORDASH_BAD_ARGUMENT);
  if (draft->result != TENSORDASH_OK) return;
  put_address(draft, word, tensor->data, sizes.data_bytes);
  if (!tensor->compressed) return;
  require(draft, has(draft, TENSORDASH_CAPABILITY_FEATURES_COMPRESSION_MASK),
          TENSORDASH_UNSUPPORTED);
  put_address(draft, word + 2, tensor->directory, sizes.directory_bytes);
  draft->words[TENSORDASH_WORD_TYPES] |= compressed_mask;
}

/* The result of an operation: raw slots of fp32. */
static void put_result(struct draft* draft, enum tensordash_which which, uint64_t address) {
  const struct tensordash_sizes sizes = measure(draft, which, TENSORDASH_FP32);
  if (draft->result != TENSORDASH_OK) return;
  put_address(draft, TENSORDASH_WORD_RESULT_DATA, address, sizes.data_bytes);
}

static void put_plain(struct draft* draft, uint32_t word, enum tensordash_which which,
                      uint64_t address) {
  const struct tensordash_sizes sizes = measure(draft, which, draft->options->type);
  if (draft->result != TENSORDASH_OK) return;
  put_address(draft, word, address, sizes.plain_bytes);
  draft->words[TENSORDASH_WORD_COMMAND] |= (uint32_t)which << TENSORDASH_COMMAND_TENSOR_SHIFT;
}

static struct draft draft_of(const struct tensordash_device* device,
                             const struct tensordash_shape* shape,
                             const struct tensordash_options* options, const uint32_t* words) {
  struct draft draft = {0};
  draft.device = device;
  draft.shape = shape;
  draft.options = options != NULL ? options : &no_options;
  draft.result = TENSORDASH_OK;
  require(&draft, device != NULL && words != NULL, TENSORDASH_BAD_ARGUMENT);
  return draft;
}

static enum tensordash_result finish(const struct draft* draft, uint32_t* words) {
  if (draft->result != TENSORDASH_OK) return draft->result;
  for (size_t word = 0; word < TENSORDASH_DESCRIPTOR_WORDS; ++word)
    words[word] = draft->words[word];
  return TENSORDASH_OK;
}

enum tensordash_result tensordash_encode_nop(const struct tensordash_device* device,
                                             const struct tensordash_options* options,
                                             uint32_t words[TENSORDASH_DESCRIPTOR_WORDS]) {
  struct draft draft = draft_of(device, NULL, options, words);
  begin(&draft, TENSORDASH_OPCODE_NOP, 0);
  return finish(&draft, words);
}

enum tensordash_result tensordash_encode_forward(const struct tensordash_device* device,
                                                 const struct tensordash_shape* shape,
                                                 const struct tensordash_options* options,
                                                 const struct tensordash_tensor* a,
                                                 const struct tensordash_tensor* w, uint64_t result,
                                                 uint32_t words[TENSORDASH_DESCRIPTOR_WORDS]) {
  struct draft draft = draft_of(device, shape, options, words);
  begin(&draft, TENSORDASH_OPCODE_FORWARD, TENSORDASH_COMMAND_DENSE_MASK);
  put_layer(&draft);
  put_tensor(&draft, TENSORDASH_WORD_A_DATA, TENSORDASH_TENSOR_A, a,
             TENSORDASH_TYPES_A_COMPRESSED_MASK);
  put_tensor(&draft, TENSORDASH_WORD_W_DATA, TENSORDASH_TENSOR_W, w,
             TENSORDASH_TYPES_W_COMPRESSED_MASK);
  put_result(&draft, TENSORDASH_TENSOR_O, result);
  return finish(&draft, words);
}

enum tensordash_result tensordash_encode_backward_data(
    const struct tensordash_device* device, const struct tensordash_shape* shape,
    const struct tensordash_options* options, const struct tensordash_tensor* go,
    const struct tensordash_tensor* w, uint64_t result,
    uint32_t words[TENSORDASH_DESCRIPTOR_WORDS]) {
  struct draft draft = draft_of(device, shape, options, words);
  begin(&draft, TENSORDASH_OPCODE_BACKWARD_DATA,
        TENSORDASH_COMMAND_DENSE_MASK | TENSORDASH_COMMAND_DILATION_REMOVED_MASK);
  put_layer(&draft);
  put_tensor(&draft, TENSORDASH_WORD_GO_DATA, TENSORDASH_TENSOR_O, go,
             TENSORDASH_TYPES_GO_COMPRESSED_MASK);
  put_tensor(&draft, TENSORDASH_WORD_W_DATA, TENSORDASH_TENSOR_W, w,
             TENSORDASH_TYPES_W_COMPRESSED_MASK);
  put_result(&draft, TENSORDASH_TENSOR_A, result);
  return finish(&draft, words);
}

enum tensordash_result tensordash_encode_backward_weights(
    const struct tensordash_device* device, const struct tensordash_shape* shape,
    const struct tensordash_options* options, const struct tensordash_tensor* go,
    const struct tensordash_tensor* a, uint64_t result,
    uint32_t words[TENSORDASH_DESCRIPTOR_WORDS]) {
  struct draft draft = draft_of(device, shape, options, words);
  begin(&draft, TENSORDASH_OPCODE_BACKWARD_WEIGHTS,
        TENSORDASH_COMMAND_DENSE_MASK | TENSORDASH_COMMAND_SPARSE_ACTIVATIONS_MASK);
  put_layer(&draft);
  put_tensor(&draft, TENSORDASH_WORD_GO_DATA, TENSORDASH_TENSOR_O, go,
             TENSORDASH_TYPES_GO_COMPRESSED_MASK);
  put_tensor(&draft, TENSORDASH_WORD_A_DATA, TENSORDASH_TENSOR_A, a,
             TENSORDASH_TYPES_A_COMPRESSED_MASK);
  put_result(&draft, TENSORDASH_TENSOR_W, result);
  return finish(&draft, words);
}

enum tensordash_result tensordash_encode_from_plain(
    const struct tensordash_device* device, const struct tensordash_shape* shape,
    enum tensordash_which which, const struct tensordash_options* options, uint64_t source,
    const struct tensordash_tensor* result, uint32_t words[TENSORDASH_DESCRIPTOR_WORDS]) {
  struct draft draft = draft_of(device, shape, options, words);
  begin(&draft, TENSORDASH_OPCODE_FROM_PLAIN, 0);
  put_layer(&draft);
  put_plain(&draft, TENSORDASH_WORD_SOURCE_DATA, which, source);
  put_tensor(&draft, TENSORDASH_WORD_RESULT_DATA, which, result,
             TENSORDASH_TYPES_RESULT_COMPRESSED_MASK);
  return finish(&draft, words);
}

enum tensordash_result tensordash_encode_to_plain(const struct tensordash_device* device,
                                                  const struct tensordash_shape* shape,
                                                  enum tensordash_which which,
                                                  const struct tensordash_options* options,
                                                  const struct tensordash_tensor* source,
                                                  uint64_t result,
                                                  uint32_t words[TENSORDASH_DESCRIPTOR_WORDS]) {
  struct draft draft = draft_of(device, shape, options, words);
  begin(&draft, TENSORDASH_OPCODE_TO_PLAIN, 0);
  put_layer(&draft);
  put_tensor(&draft, TENSORDASH_WORD_SOURCE_DATA, which, source,
             TENSORDASH_TYPES_SOURCE_COMPRESSED_MASK);
  put_plain(&draft, TENSORDASH_WORD_RESULT_DATA, which, result);
  return finish(&draft, words);
}
