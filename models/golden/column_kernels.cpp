#include "models/golden/column_kernels_body.inc"

namespace tensordash::golden {

const ColumnKernels portable_kernels{replay, sum};

const ColumnKernels& column_kernels() {
#if defined(__x86_64__)
  static const bool has_avx2 = __builtin_cpu_supports("avx2");
  if (has_avx2 && avx2_kernels != nullptr) return *avx2_kernels;
#endif
  return portable_kernels;
}

}  // namespace tensordash::golden
