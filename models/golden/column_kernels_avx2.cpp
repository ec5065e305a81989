// Compiled with AVX2 where there is such a thing (and without fused multiply-add).
#if defined(__AVX2__)
#include "models/golden/column_kernels_body.inc"
#else
#include "models/golden/column_kernels.h"
#endif

namespace tensordash::golden {

#if defined(__AVX2__)
static const ColumnKernels kernels{replay, sum};
const ColumnKernels* const avx2_kernels = &kernels;
#else
const ColumnKernels* const avx2_kernels = nullptr;
#endif

}  // namespace tensordash::golden
