#include "tensordash.h"

#define MAJOR_VERSION 1
#define LARGEST_RING_LOG2 (TENSORDASH_RING_SIZE_LOG2_MASK >> TENSORDASH_RING_SIZE_LOG2_SHIFT)

#define FIELD(value, field) (((value)&TENSORDASH_##field##_MASK) >> TENSORDASH_##field##_SHIFT)

static uint32_t read_register(const struct tensordash_device* device, uint32_t offset) {
  return device->bus.read(device->bus.context, offset);
}

static void write_register(const struct tensordash_device* device, uint32_t offset,
                           uint32_t value) {
  device->bus.write(device->bus.context, offset, value);
}

static void barrier(const struct tensordash_device* device) {
  if (device->bus.barrier != NULL) device->bus.barrier(device->bus.context);
}

static uint64_t read_pair(const struct tensordash_device* device, uint32_t offset) {
  const uint64_t low = read_register(device, offset);
  return low | (uint64_t)read_register(device, offset + 4) << 32;
}

enum tensordash_result tensordash_init(struct tensordash_device* device,
                                       const struct tensordash_bus* bus) {
  struct tensordash_device found = {0};
  uint32_t array, pe, features;
  if (device == NULL || bus == NULL || bus->read == NULL || bus->write == NULL ||
      bus->store == NULL) {
    return TENSORDASH_BAD_ARGUMENT;
  }
  found.bus = *bus;
  if (read_register(&found, TENSORDASH_REGISTER_ID) != TENSORDASH_ID_RESET) {
    return TENSORDASH_NO_DEVICE;
  }
  if (FIELD(read_register(&found, TENSORDASH_REGISTER_VERSION), VERSION_MAJOR) != MAJOR_VERSION) {
    return TENSORDASH_BAD_VERSION;
  }
  array = read_register(&found, TENSORDASH_REGISTER_CAPABILITY_ARRAY);
  pe = read_register(&found, TENSORDASH_REGISTER_CAPABILITY_PE);
  features = read_register(&found, TENSORDASH_REGISTER_CAPABILITY_FEATURES);
  found.capabilities.tiles = FIELD(array, CAPABILITY_ARRAY_TILES);
  found.capabilities.rows = FIELD(array, CAPABILITY_ARRAY_ROWS);
  found.capabilities.columns = FIELD(array, CAPABILITY_ARRAY_COLUMNS);
  found.capabilities.lanes = FIELD(pe, CAPABILITY_PE_LANES);
  found.capabilities.depth = FIELD(pe, CAPABILITY_PE_DEPTH);
  found.capabilities.features = features;
  found.capabilities.max_ring_log2 = FIELD(features, CAPABILITY_FEATURES_MAX_RING_LOG2);
  found.capabilities.max_elements_log2 = FIELD(features, CAPABILITY_FEATURES_MAX_ELEMENTS_LOG2);
  found.capabilities.clock_period_ps = read_register(&found, TENSORDASH_REGISTER_CLOCK_PERIOD);
  *device = found;
  return TENSORDASH_OK;
}

bool tensordash_idle(const struct tensordash_device* device) {
  return (read_register(device, TENSORDASH_REGISTER_STATUS) & TENSORDASH_STATUS_IDLE_MASK) != 0;
}

static bool enabled(const struct tensordash_device* device) {
  const uint32_t control = read_register(device, TENSORDASH_REGISTER_CONTROL);
  return (control & TENSORDASH_CONTROL_ENABLE_MASK) != 0;
}

enum tensordash_result tensordash_ring_start(struct tensordash_device* device, uint64_t base,
                                             uint32_t size_log2, bool stop_on_error) {
  uint32_t size, head;
  if (device == NULL) return TENSORDASH_BAD_ARGUMENT;
  if (size_log2 > LARGEST_RING_LOG2 || size_log2 > device->capabilities.max_ring_log2) {
    return TENSORDASH_UNSUPPORTED;
  }
  size = UINT32_C(1) << size_log2;
  if (base % TENSORDASH_DESCRIPTOR_BYTES != 0 ||
      base > UINT64_MAX - (size * TENSORDASH_DESCRIPTOR_BYTES - 1)) {
    return TENSORDASH_BAD_ADDRESS;
  }
  if (enabled(device) || !tensordash_idle(device)) return TENSORDASH_BUSY;
  write_register(device, TENSORDASH_REGISTER_RING_BASE_LOW, (uint32_t)base);
  write_register(device, TENSORDASH_REGISTER_RING_BASE_HIGH, (uint32_t)(base >> 32));
  write_register(device, TENSORDASH_REGISTER_RING_SIZE, size_log2);
  head = read_register(device, TENSORDASH_REGISTER_RING_HEAD);
  write_register(device, TENSORDASH_REGISTER_RING_TAIL, head);
  device->ring_base = base;
  device->ring_size = size;
  device->tail = head;
  write_register(
      device, TENSORDASH_REGISTER_CONTROL,
      TENSORDASH_CONTROL_ENABLE_MASK | (stop_on_error ? TENSORDASH_CONTROL_STOP_ON_ERROR_MASK : 0));
  if (!enabled(device)) {
    device->ring_size = 0;
    return TENSORDASH_REFUSED;
  }
  return TENSORDASH_OK;
}

/* Writes CONTROL with some bits set and others cleared; its requests read 0. */
static void change_control(const struct tensordash_device* device, uint32_t set, uint32_t clear) {
  const uint32_t control = read_register(device, TENSORDASH_REGISTER_CONTROL);
  write_register(device, TENSORDASH_REGISTER_CONTROL, (control & ~clear) | set);
}

enum tensordash_result tensordash_stop(struct tensordash_device* device) {
  if (device == NULL) return TENSORDASH_BAD_ARGUMENT;
  change_control(device, 0, TENSORDASH_CONTROL_ENABLE_MASK);
  return TENSORDASH_OK;
}

enum tensordash_result tensordash_resume(struct tensordash_device* device) {
  if (device == NULL) return TENSORDASH_BAD_ARGUMENT;
  if (device->ring_size == 0) return TENSORDASH_NO_RING;
  change_control(device, TENSORDASH_CONTROL_ENABLE_MASK, 0);
  return TENSORDASH_OK;
}

enum tensordash_result tensordash_abort(struct tensordash_device* device) {
  if (device == NULL) return TENSORDASH_BAD_ARGUMENT;
  /* Not with the ENABLE that was read: the device may have stopped at an error meanwhile, and would
   * be started again. */
  change_control(device, TENSORDASH_CONTROL_ABORT_MASK, TENSORDASH_CONTROL_ENABLE_MASK);
  return TENSORDASH_OK;
}

enum tensordash_result tensordash_soft_reset(struct tensordash_device* device) {
  if (device == NULL) return TENSORDASH_BAD_ARGUMENT;
  write_register(device, TENSORDASH_REGISTER_CONTROL, TENSORDASH_CONTROL_SOFT_RESET_MASK);
  device->ring_size = 0;
  device->tail = 0;
  return TENSORDASH_OK;
}

enum tensordash_result tensordash_submit(struct tensordash_device* device,
                                         const uint32_t words[TENSORDASH_DESCRIPTOR_WORDS],
                                         uint32_t* ticket) {
  uint32_t place;
  if (device == NULL || words == NULL || ticket == NULL) return TENSORDASH_BAD_ARGUMENT;
  if (device->ring_size == 0) return TENSORDASH_NO_RING;
  if (device->tail - read_register(device, TENSORDASH_REGISTER_RING_HEAD) >= device->ring_size) {
    return TENSORDASH_BUSY;
  }
  place = device->tail & (device->ring_size - 1);
  device->bus.store(device->bus.context,
                    device->ring_base + (uint64_t)place * TENSORDASH_DESCRIPTOR_BYTES, words,
                    TENSORDASH_DESCRIPTOR_WORDS);
  /* The device may fetch it as soon as it sees the new tail. */
  barrier(device);
  write_register(device, TENSORDASH_REGISTER_RING_TAIL, device->tail + 1);
  if (read_register(device, TENSORDASH_REGISTER_RING_TAIL) != device->tail + 1) {
    return TENSORDASH_REFUSED;
  }
  *ticket = device->tail++;
  return TENSORDASH_OK;
}

bool tensordash_ended(const struct tensordash_device* device, uint32_t ticket) {
  /* The head counts descriptors that have ended: it is 1 to 2^31 beyond the ticket of one. */
  const uint32_t head = read_register(device, TENSORDASH_REGISTER_RING_HEAD);
  return head - ticket - 1 < UINT32_C(0x80000000);
}

/* Errors of the ring happen to be noticed at some descriptor; they are not about it. */
static bool failed(const struct tensordash_device* device, uint32_t ticket) {
  const uint32_t error = read_register(device, TENSORDASH_REGISTER_ERROR_CODE);
  const uint32_t code = FIELD(error, ERROR_CODE_CODE);
  return FIELD(error, ERROR_CODE_VALID) != 0 && code != TENSORDASH_ERROR_RING_OVERRUN &&
         code != TENSORDASH_ERROR_RING_SIZE &&
         read_register(device, TENSORDASH_REGISTER_ERROR_DESCRIPTOR) == ticket;
}

enum tensordash_result tensordash_wait(const struct tensordash_device* device, uint32_t ticket,
                                       uint32_t polls, void (*idle)(void* context), void* context) {
  if (device == NULL) return TENSORDASH_BAD_ARGUMENT;
  for (;;) {
    /* Before the head, which moves before the device comes to rest. */
    const bool rests = !enabled(device) && tensordash_idle(device);
    if (tensordash_ended(device, ticket)) {
      /* The caller's reads of results may not have been made before the head was read. */
      barrier(device);
      return failed(device, ticket) ? TENSORDASH_FAILED : TENSORDASH_OK;
    }
    if (rests) return TENSORDASH_STOPPED;
    if (polls <= 1) return TENSORDASH_TIMEOUT;
    --polls;
    if (idle != NULL) idle(context);
  }
}

enum tensordash_result tensordash_interrupts_enable(struct tensordash_device* device,
                                                    uint32_t events) {
  if (device == NULL) return TENSORDASH_BAD_ARGUMENT;
  write_register(device, TENSORDASH_REGISTER_IRQ_ENABLE, events);
  return TENSORDASH_OK;
}

uint32_t tensordash_interrupts_take(const struct tensordash_device* device) {
  /* Only what was read is cleared: an event that comes meanwhile stays. */
  const uint32_t events = read_register(device, TENSORDASH_REGISTER_IRQ_STATUS);
  if (events != 0) write_register(device, TENSORDASH_REGISTER_IRQ_STATUS, events);
  return events;
}

enum tensordash_result tensordash_error_read(const struct tensordash_device* device,
                                             struct tensordash_error* error) {
  struct tensordash_error found = {0};
  uint32_t code;
  if (device == NULL || error == NULL) return TENSORDASH_BAD_ARGUMENT;
  found.count = read_register(device, TENSORDASH_REGISTER_ERROR_COUNT);
  code = read_register(device, TENSORDASH_REGISTER_ERROR_CODE);
  found.valid = FIELD(code, ERROR_CODE_VALID) != 0;
  if (found.valid) {
    found.code = FIELD(code, ERROR_CODE_CODE);
    found.detail = FIELD(code, ERROR_CODE_DETAIL);
    found.descriptor = read_register(device, TENSORDASH_REGISTER_ERROR_DESCRIPTOR);
    found.address = read_pair(device, TENSORDASH_REGISTER_ERROR_ADDRESS_LOW);
  }
  *error = found;
  return TENSORDASH_OK;
}

enum tensordash_result tensordash_error_clear(struct tensordash_device* device) {
  if (device == NULL) return TENSORDASH_BAD_ARGUMENT;
  write_register(device, TENSORDASH_REGISTER_ERROR_CODE, TENSORDASH_ERROR_CODE_VALID_MASK);
  return TENSORDASH_OK;
}

enum tensordash_result tensordash_counters_read(struct tensordash_device* device, bool clear,
                                                struct tensordash_counters* counters) {
  if (device == NULL || counters == NULL) return TENSORDASH_BAD_ARGUMENT;
  write_register(device, TENSORDASH_REGISTER_COUNTER_CONTROL,
                 TENSORDASH_COUNTER_CONTROL_SNAPSHOT_MASK |
                     (clear ? TENSORDASH_COUNTER_CONTROL_CLEAR_MASK : 0));
  for (uint32_t index = 0; index < TENSORDASH_COUNTER_COUNT; ++index) {
    counters->value[index] = read_pair(device, TENSORDASH_COUNTERS + 8 * index);
  }
  return TENSORDASH_OK;
}
