#include "hw/dram/front/backing_store.h"

#include <fmt/format.h>
#include <sys/mman.h>

#include <cerrno>
#include <cstddef>
#include <limits>
#include <system_error>

#include "hw/dram/spec.h"

namespace tensordash {

BackingStore::BackingStore(std::uint64_t bytes) : size_(bytes) {
  if (bytes == 0) throw DramError("a memory of 0 bytes; allowed: 1 or more");
  void* region = MAP_FAILED;
  int reason = ENOMEM;
  if (bytes <= std::numeric_limits<std::size_t>::max()) {
    region = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    reason = errno;
  }
  if (region == MAP_FAILED) {
    throw DramError(
        fmt::format("the system refuses {} bytes of address space for the memory ({}); choose "
                    "fewer dram.channels or dram.ranks or a smaller dram.spec, raise `ulimit -v`, "
                    "or allow overcommitment (vm.overcommit_memory 0 or 1)",
                    bytes, std::generic_category().message(reason)));
  }
  data_ = static_cast<unsigned char*>(region);
}

BackingStore::~BackingStore() {
  munmap(data_, size_);
}

}  // namespace tensordash
