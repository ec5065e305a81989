#!/usr/bin/env bash
# arm_test.sh FOLDER: compiles the driver for ARM processors and looks for the barrier that waits for
# devices too.

set -euo pipefail
folder=$1
clang=${CLANG:-clang}
targets=(aarch64-none-elf armv7m-none-eabi armv6m-none-eabi armv8a-none-eabi)
for target in "${targets[@]}"; do
  if ! "$clang" --target="$target" -ffreestanding -S -x c /dev/null -o /dev/null 2>/dev/null; then
    echo "SKIPPED: there is no $clang for $target"
    exit 77
  fi
done
for target in "${targets[@]}"; do
  for source in "$folder"/*.c; do
    "$clang" --target="$target" -ffreestanding -std=c99 -Wall -Wextra -Wpedantic -Werror -O2 \
      -S "$source" -o /dev/null
  done
  assembly=$("$clang" --target="$target" -ffreestanding -std=c99 -O2 -S "$folder/tensordash_mmio.c" -o -)
  grep -qE '^[[:space:]]+dsb[[:space:]]+sy' <<<"$assembly" ||
    { echo "no dsb sy for $target"; exit 1; }
done
