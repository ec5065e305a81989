#include "tensordash.h"

static uint32_t mmio_read(void* context, uint32_t offset) {
  const struct tensordash_mmio* mmio = context;
  return mmio->registers[offset / 4];
}

static void mmio_write(void* context, uint32_t offset, uint32_t value) {
  const struct tensordash_mmio* mmio = context;
  mmio->registers[offset / 4] = value;
}

static void mmio_store(void* context, uint64_t address, const uint32_t* words, size_t count) {
  const struct tensordash_mmio* mmio = context;
  volatile uint32_t* target = (volatile uint32_t*)(uintptr_t)(address - mmio->bus_offset);
  for (size_t word = 0; word < count; ++word) target[word] = words[word];
}

/* Compilers take __sync_synchronize() for a fence between processors: newer ones leave devices out
 * of it (`fence rw,rw`, `dmb ish`). */
static void order_everything(void) {
#if defined(__riscv)
  __asm__ volatile("fence iorw,iorw" ::: "memory");
#elif defined(__aarch64__) || defined(__ARM_ARCH_6M__) || \
    (defined(__arm__) && defined(__ARM_ARCH) && __ARM_ARCH >= 7)
  __asm__ volatile("dsb sy" ::: "memory");
#else
  __sync_synchronize();
#endif
}

static void mmio_barrier(void* context) {
  const struct tensordash_mmio* mmio = context;
  if (mmio->barrier != NULL) {
    mmio->barrier();
  } else {
    order_everything();
  }
}

struct tensordash_bus tensordash_mmio_bus(struct tensordash_mmio* mmio) {
  const struct tensordash_bus bus = {mmio, mmio_read, mmio_write, mmio_store, mmio_barrier};
  return bus;
}
