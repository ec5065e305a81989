#!/usr/bin/env bash
# Tests of the launcher, ./tensordash: launcher_test.sh PROJECT_FOLDER
#
# Every case runs a copy of the launcher in a scratch project whose path holds spaces, and with a PATH
# that holds only the few real tools it needs beside fakes of everything that would install, build or
# test. The fakes write down how they were called. Nothing is installed and nothing is built.

set -uo pipefail

project=$1
unset "${!TENSORDASH_@}" DEBIAN_FRONTEND  # those of whoever runs the tests
real_tools=(bash cat chmod cp cut dirname env find flock grep ln mkdir mv nproc paste
  readlink rm sed sort tail touch xargs)

# ---- Scratch project and fakes ----
new_fake() {  # new_fake NAME: a command that runs the script on standard input
  { printf '#!%s\n' "$(command -v bash)"; cat; } >"$bin/$1"
  chmod +x "$bin/$1"
}

fake_installer() {
  # Everything is installed but the names in `absent`.
  new_fake dpkg-query <<'FAKE'
for word; do
  case $word in
    -*) ;;
    *) grep -qxF -- "$word" "$SCRATCH/absent" || echo "$word installed" ;;
  esac
done
FAKE
  new_fake apt-get <<'FAKE'
echo "apt-get [$DEBIAN_FRONTEND] $*" >>"$SCRATCH/calls"
echo "apt says something"
if [[ " $* " == *" update "* ]]; then exit "${FAKE_UPDATE_STATUS:-0}"; fi
exit "${FAKE_INSTALL_STATUS:-0}"
FAKE
  new_fake sudo <<'FAKE'
echo "sudo" >>"$SCRATCH/calls"
exec "$@"
FAKE
  new_fake id <<'FAKE'
echo "${FAKE_UID:-0}"
FAKE
  : >"$scratch/absent"
}

fake_builder() {
  # Configures by leaving a cache, builds by leaving a program that tells its arguments.
  new_fake cmake <<'FAKE'
echo "cmake $*" >>"$SCRATCH/calls"
echo "noise of the build"
[[ -z ${FAKE_CMAKE_STATUS:-} ]] || exit "$FAKE_CMAKE_STATUS"
if [[ $1 == --preset ]]; then
  mkdir -p "build/$2"
  touch "build/$2/build.ninja"
  printf '%s\n' "$@" | sed -n 's/^-D\(.*\)=\(.*\)$/\1:BOOL=\2/p' >"build/$2/CMakeCache.txt"
else
  mkdir -p "$2/platform/cli" "$2/bench"
  touch "$2/built"
  for built in platform/cli/tensordash bench/bench_one; do
    cp "$SCRATCH/program" "$2/$built"
    chmod +x "$2/$built"
  done
fi
FAKE
  { printf '#!%s\n' "$(command -v bash)"; cat <<'FAKE'; } >"$scratch/program"
echo "program"
printf '<%s>\n' "$@"
[[ " $* " != *" --vcd "* ]] || echo "program in $PWD"
[[ " $* " != *" --vcd "* ]] || exit "${FAKE_WAVE_STATUS:-0}"
exit "${FAKE_PROGRAM_STATUS:-0}"
FAKE
  # ninja -C FOLDER -n TARGET
  new_fake ninja <<'FAKE'
echo "ninja: Entering directory"
if [[ -z ${FAKE_STALE:-} && -e $2/built ]]; then echo "ninja: no work to do."; fi
FAKE
  new_fake ctest <<'FAKE'
echo "ctest $*" >>"$SCRATCH/calls"
echo "summary of ctest"
exit "${FAKE_CTEST_STATUS:-0}"
FAKE
}

new_scratch() {
  scratch=$(mktemp -d "${TMPDIR:-/tmp}/launcher test XXXXXX")
  export SCRATCH=$scratch
  home="$scratch/the project"
  bin=$scratch/bin
  mkdir -p "$home/hw" "$bin"
  cp "$project/tensordash" "$project/CMakePresets.json" "$home/"
  local tool
  for tool in "${real_tools[@]}"; do
    ln -s "$(type -P "$tool")" "$bin/$tool"
  done
  : >"$scratch/calls"
  fake_installer
  fake_builder
}

# ---- Running and checking ----
launch() { launch_as "$home/tensordash" "$@"; }

launch_as() {  # launch_as COMMAND WORD...: leaves status, and the files out and err
  status=0
  PATH=$bin "$@" >"$scratch/out" 2>"$scratch/err" </dev/null || status=$?
}

problem() {
  echo "  $1 (called at lines ${BASH_LINENO[*]::2})"
  failed=yes
}

show_scratch() {
  local file
  for file in out err calls; do
    sed "s/^/    $file | /" "$scratch/$file"
  done
}

expect_status() { [[ $status == "$1" ]] || problem "exit status $status, not $1"; }
expect_in() { grep -qF -- "$2" "$scratch/$1" || problem "'$2' is not in $1"; }
expect_not_in() { ! grep -qF -- "$2" "$scratch/$1" || problem "'$2' is in $1"; }
expect_empty() { [[ ! -s $scratch/$1 ]] || problem "$1 is not empty"; }
expect_file() { [[ $(cat "$scratch/$1") == "$2" ]] || problem "$1 is not exactly '$2'"; }

# ---- Help ----
test_help_names_the_three_uses() {
  local words
  for words in --help -h ''; do
    # shellcheck disable=SC2086  # no word at all is one of the cases
    launch $words
    expect_status 0
    expect_in out './tensordash demo'
    expect_in out './tensordash test'
    expect_in out './tensordash WORD...'
    expect_empty calls
    expect_empty err
  done
}

test_help_of_a_built_program_follows() {
  launch anything
  launch --help
  expect_status 0
  expect_in out './tensordash demo'
  expect_in out '<--help>'
}

# ---- Passing on ----
test_passes_words_and_status_on_with_a_clean_stdout() {
  FAKE_PROGRAM_STATUS=7 launch run 'a trace' --json - ''
  expect_status 7
  expect_file out $'program\n<run>\n<a trace>\n<--json>\n<->\n<>'
  expect_in err 'building'
}

test_works_from_elsewhere_through_symlinks() {
  mkdir -p "$scratch/else where"
  ln -s "$home/tensordash" "$scratch/first link"
  ln -s "../first link" "$scratch/else where/second link"
  cd "$scratch/else where" || exit 1
  launch_as "./second link" run x
  expect_status 0
  expect_file out $'program\n<run>\n<x>'
  [[ -x $home/build/release/platform/cli/tensordash ]] || problem "built in another place"
}

# ---- Building ----
test_first_build_leaves_tests_and_benchmarks_out() {
  launch run
  expect_in calls 'cmake --preset release -DTENSORDASH_BUILD_TESTS=OFF -DTENSORDASH_BUILD_BENCHMARKS=OFF'
  expect_in calls '--target platform/cli/tensordash'
}

test_a_current_program_is_not_built_again() {
  launch run
  : >"$scratch/calls"
  launch run
  expect_status 0
  expect_empty calls
  expect_empty err
}

test_a_stale_program_is_built_again() {
  launch run
  : >"$scratch/calls"
  FAKE_STALE=yes launch run
  expect_status 0
  expect_in calls '--target platform/cli/tensordash'
  expect_not_in calls '--preset'
}

test_changed_presets_configure_again() {
  launch run
  : >"$scratch/calls"
  touch -d '+1 minute' "$home/CMakePresets.json"
  launch run
  expect_in calls 'cmake --preset release'
}

test_a_failed_build_shows_its_log_on_stderr() {
  FAKE_CMAKE_STATUS=1 launch run
  expect_status 3
  expect_empty out
  expect_in err 'noise of the build'
  expect_in err "failed (log: $home/build/log/"
}

test_another_preset_builds_elsewhere() {
  TENSORDASH_PRESET=ci launch run
  expect_status 0
  expect_in calls 'cmake --preset ci'
  expect_in calls "cmake --build $home/build/ci"
}

# ---- Installing ----
test_nothing_missing_installs_nothing() {
  launch run
  expect_status 0
  expect_not_in calls apt-get
}

test_root_installs_exactly_what_is_missing() {
  printf '%s\n' libfmt-dev libsystemc-dev >"$scratch/absent"
  launch run
  expect_status 0
  expect_file out $'program\n<run>'
  expect_in err 'libfmt-dev           formats text'
  expect_in err 'libsystemc-dev       SystemC'
  expect_in calls 'apt-get [noninteractive] -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 update'
  expect_in calls 'install -y --no-install-recommends libsystemc-dev libfmt-dev'
  expect_not_in calls sudo
  expect_not_in err 'apt says something'
}

test_others_install_with_sudo() {
  echo libfmt-dev >"$scratch/absent"
  FAKE_UID=1000 launch run
  expect_status 0
  expect_in calls sudo
  expect_in calls 'apt-get [noninteractive]'
}

test_the_program_needs_no_test_packages() {
  printf '%s\n' libgtest-dev libbenchmark-dev >"$scratch/absent"
  launch run
  expect_status 0
  expect_not_in calls apt-get
}

test_tests_need_test_packages() {
  printf '%s\n' libgtest-dev python3-yaml >"$scratch/absent"
  launch test
  expect_in calls 'install -y --no-install-recommends libgtest-dev python3-yaml'
}

test_a_current_program_runs_without_packages() {
  launch run
  echo libfmt-dev >"$scratch/absent"
  : >"$scratch/calls"
  launch run
  expect_status 0
  expect_empty calls
}

test_neither_root_nor_sudo_says_what_to_run() {
  echo libfmt-dev >"$scratch/absent"
  rm "$bin/sudo"
  FAKE_UID=1000 launch run
  expect_status 3
  expect_empty out
  expect_empty calls
  expect_in err 'neither root nor sudo; run as root: apt-get update && apt-get install -y --no-install-recommends libfmt-dev'
}

test_no_apt_is_said() {
  echo libfmt-dev >"$scratch/absent"
  rm "$bin/apt-get"
  launch run
  expect_status 3
  expect_in err 'no apt-get (wanted: libfmt-dev)'
}

test_no_debian_is_said() {
  rm "$bin/dpkg-query"
  launch run
  expect_status 3
  expect_in err 'no dpkg-query'
  expect_in err libsystemc-dev
  expect_in err 'TENSORDASH_INSTALL=no'
  TENSORDASH_INSTALL=no launch run
  expect_status 0
}

test_a_failed_install_says_what_to_run() {
  echo libfmt-dev >"$scratch/absent"
  FAKE_INSTALL_STATUS=100 launch run
  expect_status 3
  expect_empty out
  expect_in err 'apt says something'
  expect_in err 'apt-get install failed'
  expect_in err 'run as root: apt-get update && apt-get install -y --no-install-recommends libfmt-dev'
  expect_not_in calls cmake
}

test_a_failed_update_still_tries_to_install() {
  echo libfmt-dev >"$scratch/absent"
  FAKE_UPDATE_STATUS=100 launch run
  expect_status 0
  expect_in calls 'install -y --no-install-recommends libfmt-dev'
}

test_install_takes_a_known_set_only() {
  echo clang-tidy >"$scratch/absent"
  launch install ci
  expect_status 0
  expect_in calls 'install -y --no-install-recommends clang-tidy'
  launch install everything
  expect_status 2
  expect_in err "no package set named 'everything' (allowed: build, test, bench, format, tidy, ci)"
  expect_in err 'to install the project itself: cmake --install build/release --prefix'
}

# What is asked for must exist in the distribution; only where real package lists are at hand.
test_package_names_exist() {
  if ! command -v apt-cache >/dev/null || ! compgen -G '/var/lib/apt/lists/*Packages*' >/dev/null; then
    echo "  (no package lists here: nothing to compare with)"
    return
  fi
  sed -n 's/^      echo "\([a-z0-9.+-]*\) .*/\1/p' "$home/tensordash" | sort -u >"$scratch/absent"
  rm "$bin/sudo"
  FAKE_UID=1000 launch install ci
  expect_status 3
  local names known name
  read -ra names < <(sed -n 's/.*--no-install-recommends //p' "$scratch/err")
  [[ ${#names[@]} -ge 15 ]] || problem "only these packages are named: ${names[*]}"
  known=$(apt-cache policy "${names[@]}" | sed -n '/^[^ ]/{h;d}; /Candidate: [0-9]/{g;p}')
  for name in "${names[@]}"; do
    grep -qxF -- "$name:" <<<"$known" || problem "there is no package $name"
  done
}

# ---- test, demo, bench ----
test_test_passes_words_and_status_of_ctest() {
  TENSORDASH_JOBS=3 FAKE_CTEST_STATUS=8 launch test -R 'a name'
  expect_status 8
  expect_file out 'summary of ctest'
  expect_in calls '-DTENSORDASH_BUILD_TESTS=ON'
  expect_in calls '--target all'
  expect_in calls "ctest --test-dir $home/build/release --output-on-failure --no-label-summary --no-tests=error -j 3 -R a name"
}

test_test_after_run_switches_the_tests_on() {
  launch run
  : >"$scratch/calls"
  launch test
  expect_in calls 'cmake --preset release -DTENSORDASH_BUILD_TESTS=ON'
  expect_not_in calls 'TENSORDASH_BUILD_TESTS=OFF'
}

test_test_runs_no_test_after_a_failed_build() {
  FAKE_CMAKE_STATUS=1 launch test
  expect_status 3
  expect_not_in calls ctest
}

test_demo_runs_trace_and_wave_and_says_where() {
  cd "$scratch" || exit 1
  launch demo
  expect_status 0
  [[ $(grep -c '^program$' "$scratch/out") == 4 ]] || problem "not four runs"
  expect_in out "program in $home"
  expect_in out '<traces/shapes-cnn/epoch0>'
  expect_in out '<pin>'
  expect_in out '<memory=ideal>'
  expect_in out '<memory=modelled>'
  expect_in out '<squeezenet1_1>'
  expect_in out '<build/demo/report.json>'
  expect_in out '<build/demo/outputs>'
  expect_in out '<build/demo/c3.vcd>'
  expect_in out "report:    $home/build/demo/report.json"
  expect_in out "gtkwave $(printf '%q %q' "$home/build/demo/c3.vcd" "$home/vcd/demo.gtkw")"
}

test_demo_stops_with_the_status_of_a_failed_run() {
  FAKE_PROGRAM_STATUS=1 launch demo
  expect_status 1
  expect_not_in out '--vcd'
  expect_not_in out gtkwave
  FAKE_WAVE_STATUS=3 launch demo
  expect_status 3
  expect_not_in out gtkwave
}

test_demo_refuses_further_words() {
  launch demo --fast
  expect_status 2
  expect_in err "demo takes no further words (got '--fast')"
  expect_empty calls
}

test_bench_runs_what_it_built() {
  launch bench --benchmark_filter=x
  expect_status 0
  expect_in calls '-DTENSORDASH_BUILD_BENCHMARKS=ON'
  expect_in calls '--target bench/all'
  expect_file out $'program\n<--benchmark_filter=x>'
}

test_format_and_tidy_see_every_source() {
  touch "$home/hw/a.h" "$home/hw/a b.cpp" "$home/hw/b.c" "$home/hw/c.txt"
  new_fake clang-format <<<'printf "format <%s>\n" "$@"'
  new_fake clang-tidy <<'FAKE'
printf "tidy <%s>\n" "$@"
exit "${FAKE_TIDY_STATUS:-0}"
FAKE
  launch format
  expect_status 0
  expect_file out "$(printf 'format <%s>\n' -i "$home/hw/a b.cpp" "$home/hw/a.h" "$home/hw/b.c")"
  launch tidy
  expect_status 0
  expect_in out "tidy <$home/hw/a b.cpp>"
  expect_not_in out a.h
  FAKE_TIDY_STATUS=1 launch tidy
  [[ $status != 0 ]] || problem "a failed check passed"
}

# ---- Completion ----
complete_words() {  # complete_words WORD...: what may stand for the last word, in one line
  COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
  _tensordash
  echo "${COMPREPLY[*]}"
}

expect_completion() {  # expect_completion EXPECTED WORD...
  local offered
  offered=$(complete_words "${@:2}")
  [[ $offered == "$1" ]] || problem "after '${*:2}' completion offers '$offered', not '$1'"
}

test_completion() {
  touch "$scratch/out" "$scratch/err"
  # shellcheck source=/dev/null
  source "$project/platform/cli/completion/tensordash.bash"
  expect_completion 'test tidy' ./tensordash t
  expect_completion 'fast pin' tensordash run trace --level ''
  expect_completion 'all sample: none' tensordash run trace --verify ''
  expect_completion 'sample:' tensordash run trace --verify s
  expect_completion '--resume' tensordash run trace --r
  expect_completion 'backward_data backward_weights' tensordash run trace --op back
  expect_completion 'staging.depth= sync= sparsity= sram.banks= sram.bank_kb= sram.rows_per_clock= scratchpad.banks= scratchpad.bank_bytes=' \
    tensordash run trace --set s
  expect_completion 'ideal modelled' tensordash run trace --set memory =
  expect_completion 'dram.refresh= dram.refresh_postpone= dram.refresh_phase=' tensordash run trace --set dram.refr
  expect_completion 'memory footprint' tensordash study ''
  expect_completion '--csv' tensordash study memory --cs
  expect_completion 'lockstep elastic' tensordash run trace --set sync =
  expect_completion 'elastic' tensordash run trace --set sync = e
  expect_completion '--layer --level' tensordash run trace --l
  expect_completion '--explain' tensordash run trace --e
  expect_completion '' tensordash run ''
  expect_completion 'dram' tensordash dr
  expect_completion 'play' tensordash p
  expect_completion '--transport' tensordash play --t
  expect_completion 'automatic debug timed' tensordash play --memory ''
  expect_completion 'fast pin' tensordash play --level ''
  expect_completion 'row4 rand_read rand_write rand_mix' tensordash dram --pattern r
  expect_completion 'at lt' tensordash dram --transport ''
  expect_completion 'soc' tensordash so
  expect_completion 'at lt' tensordash soc trace --transport ''
  expect_completion 'on off' tensordash soc trace --dmi ''
  expect_completion 'irq poll' tensordash soc trace --wait ''
  expect_completion '--plain' tensordash soc trace --p
  expect_completion '--quantum --quiet' tensordash soc trace --q
  expect_completion '--config --commands --channel' tensordash dram --c
  expect_completion 'dram.refresh= dram.refresh_postpone= dram.refresh_phase=' tensordash dram --set dram.refr
  expect_completion 'none all_bank per_bank' tensordash dram --set dram.refresh =
  expect_completion 'aligned' tensordash dram --set dram.refresh_phase = a
}

# ---- All of them ----
failures=0
count=0
for case in $(compgen -A function test_); do
  count=$((count + 1))
  if (
    failed=no
    new_scratch
    trap 'rm -rf -- "$scratch"' EXIT
    "$case"
    [[ $failed == no ]] || { show_scratch; exit 1; }
  ); then
    echo "ok   $case"
  else
    echo "FAIL $case"
    failures=$((failures + 1))
  fi
done
echo "$((count - failures)) of $count launcher cases passed"
[[ $failures == 0 && $count -gt 0 ]]
