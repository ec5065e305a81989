#include "tensordash.h"

#define LARGEST_LANES 64
#define SLOT_ALIGNMENT 64
#define ENTRY_BYTES 2
#define PLAIN_BYTES 4

/* Multiplies without losing bits, and without the 64-bit division that firmware would have to
 * link. Returns false when the product does not fit. */
static bool multiply(uint64_t* product, uint32_t factor) {
  const uint64_t low = (uint64_t)(uint32_t)*product * factor;
  const uint64_t high = (*product >> 32) * factor + (low >> 32);
  *product = high << 32 | (uint32_t)low;
  return high >> 32 == 0;
}

static uint32_t blocks(uint32_t count, uint32_t size) {
  return (count - 1) / size + 1;
}

/* Places of a filter along one axis. */
static enum tensordash_result places(uint32_t input, uint32_t filter, uint32_t stride,
                                     uint32_t padding, uint32_t dilation, uint32_t* count) {
  const uint64_t padded = (uint64_t)input + 2 * (uint64_t)padding;
  const uint64_t reach = (uint64_t)dilation * (filter - 1) + 1;
  if (padded > UINT32_MAX) return TENSORDASH_TOO_LARGE;
  if (reach > padded) return TENSORDASH_BAD_SHAPE;
  *count = (uint32_t)(padded - reach) / stride + 1;
  return TENSORDASH_OK;
}

enum tensordash_result tensordash_output_size(const struct tensordash_shape* shape, uint32_t* p,
                                              uint32_t* q) {
  enum tensordash_result result;
  uint32_t height = 0, width = 0;
  if (shape == NULL || p == NULL || q == NULL) return TENSORDASH_BAD_ARGUMENT;
  if (shape->n == 0 || shape->c == 0 || shape->m == 0 || shape->h == 0 || shape->w == 0 ||
      shape->r == 0 || shape->s == 0 || shape->stride_v == 0 || shape->stride_h == 0 ||
      shape->dilation_v == 0 || shape->dilation_h == 0 || shape->groups == 0 ||
      shape->c % shape->groups != 0 || shape->m % shape->groups != 0) {
    return TENSORDASH_BAD_SHAPE;
  }
  result =
      places(shape->h, shape->r, shape->stride_v, shape->padding_v, shape->dilation_v, &height);
  if (result != TENSORDASH_OK) return result;
  result = places(shape->w, shape->s, shape->stride_h, shape->padding_h, shape->dilation_h, &width);
  if (result != TENSORDASH_OK) return result;
  *p = height;
  *q = width;
  return TENSORDASH_OK;
}

/* A tensor [outer][channels of all groups][height][width] by its factors. */
struct factors {
  uint32_t elements[4];
  uint32_t groups[5];
};

/* Positions: blocks of x, which is n where the images have one position, and of channels. */
static struct factors of_positions(uint32_t n, uint32_t channels, uint32_t conv_groups,
                                   uint32_t height, uint32_t width, uint32_t lanes) {
  const bool batch_is_x = height == 1 && width == 1;
  const uint32_t channel_blocks = blocks(channels / conv_groups, lanes);
  const struct factors factors = {
      {n, channels, height, width},
      {batch_is_x ? 1 : n, height, blocks(batch_is_x ? n : width, lanes), channel_blocks,
       conv_groups}};
  return factors;
}

static struct factors of_weights(const struct tensordash_shape* shape, uint32_t lanes) {
  const uint32_t channels = shape->c / shape->groups;
  const struct factors factors = {{shape->m, channels, shape->r, shape->s},
                                  {shape->groups, blocks(shape->m / shape->groups, lanes), shape->r,
                                   shape->s, blocks(channels, lanes)}};
  return factors;
}

enum tensordash_result tensordash_sizes_of(const struct tensordash_shape* shape,
                                           enum tensordash_which which, enum tensordash_type type,
                                           uint32_t lanes, struct tensordash_sizes* sizes) {
  struct tensordash_sizes found = {0};
  struct factors factors;
  enum tensordash_result result;
  uint32_t p, q;
  bool fits = true;
  if (sizes == NULL || lanes == 0 || lanes > LARGEST_LANES ||
      (type != TENSORDASH_FP32 && type != TENSORDASH_BF16)) {
    return TENSORDASH_BAD_ARGUMENT;
  }
  result = tensordash_output_size(shape, &p, &q);
  if (result != TENSORDASH_OK) return result;
  switch (which) {
    case TENSORDASH_TENSOR_A:
      factors = of_positions(shape->n, shape->c, shape->groups, shape->h, shape->w, lanes);
      break;
    case TENSORDASH_TENSOR_W:
      factors = of_weights(shape, lanes);
      break;
    case TENSORDASH_TENSOR_O:
      factors = of_positions(shape->n, shape->m, shape->groups, p, q, lanes);
      break;
    default:
      return TENSORDASH_BAD_ARGUMENT;
  }
  found.elements = 1;
  for (int index = 0; index < 4; ++index) {
    fits = fits && multiply(&found.elements, factors.elements[index]);
  }
  found.groups = 1;
  for (int index = 0; index < 5; ++index) {
    fits = fits && multiply(&found.groups, factors.groups[index]);
  }
  found.slot_bytes =
      blocks(lanes * lanes * (type == TENSORDASH_BF16 ? 2 : 4), SLOT_ALIGNMENT) * SLOT_ALIGNMENT;
  found.plain_bytes = found.elements;
  found.data_bytes = found.directory_bytes = found.groups;
  fits = fits && multiply(&found.plain_bytes, PLAIN_BYTES) &&
         multiply(&found.data_bytes, found.slot_bytes) &&
         multiply(&found.directory_bytes, ENTRY_BYTES);
  if (!fits) return TENSORDASH_TOO_LARGE;
  *sizes = found;
  return TENSORDASH_OK;
}
