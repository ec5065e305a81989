#!/usr/bin/env bash
# riscv_test.sh FOLDER: compiles the driver for a 32-bit RISC-V without a C library. Of what is
# outside itself it may need memcpy and memset alone, which compilers call of themselves; no 64-bit
# arithmetic of libgcc.

set -euo pipefail
folder=$1
prefix=${RISCV_PREFIX:-riscv64-unknown-elf-}
if ! command -v "${prefix}gcc" >/dev/null; then
  echo "SKIPPED: there is no ${prefix}gcc (./tensordash install ci, or apt-get install gcc-riscv64-unknown-elf)"
  exit 77
fi
scratch=$(mktemp -d)
trap 'rm -rf -- "$scratch"' EXIT

for level in -O0 -Os -O2; do
  objects=()
  for source in "$folder"/*.c; do
    object=$scratch/$(basename "$source" .c).o
    "${prefix}gcc" -march=rv32imac -mabi=ilp32 -ffreestanding -std=c99 -Wall -Wextra -Wpedantic \
      -Werror "$level" -D__sync_synchronize=fence_of_the_compiler -c "$source" -o "$object"
    objects+=("$object")
  done
  # The fence that the compiler has may be one of memory only.
  "${prefix}objdump" -d -M no-aliases "$scratch/tensordash_mmio.o" | grep -E 'fence[[:space:]]+iorw,iorw' >/dev/null ||
    { echo "with $level the barrier does not order devices"; exit 1; }
  [[ ${#objects[@]} -ge 4 ]] || { echo "no sources in $folder"; exit 1; }
  "${prefix}ld" -m elf32lriscv -r "${objects[@]}" -o "$scratch/driver"
  needed=$("${prefix}nm" --undefined-only --format=just-symbols "$scratch/driver" |
    grep -vxE 'memcpy|memset' || true)
  if [[ -n $needed ]]; then
    echo "with $level the driver needs:" $needed
    exit 1
  fi
  defined=$("${prefix}nm" --defined-only --extern-only --format=just-symbols "$scratch/driver")
  if strange=$(grep -v '^tensordash_' <<<"$defined"); then
    echo "with $level the driver defines names that are not its own:" $strange
    exit 1
  fi
  grep -qx tensordash_submit <<<"$defined" || { echo "no tensordash_submit"; exit 1; }
  if [[ -n $("${prefix}size" -A "$scratch/driver" | awk '$1 ~ /^\.s?(data|bss)/ && $2 > 0') ]]; then
    echo "with $level the driver has state of its own"
    exit 1
  fi
done
"${prefix}size" "$scratch/driver"
