#!/usr/bin/env bash
# Tests of what `cmake --install` installs, from outside of the source tree:
#   package_test.sh PROJECT_FOLDER BUILD_FOLDER CMAKE GENERATOR CXX headers|everything [CASE...]
#
# The build is installed into a fresh prefix, which is then moved. Everything else uses the moved
# prefix: the examples, a consumer with CMake and one with pkg-config, and consumers whose C++ standard
# or SystemC does not fit. No case may find the project by another way than CMAKE_PREFIX_PATH.

set -uo pipefail

project=$1 build=$2 cmake=$3 generator=$4 cxx=$5 what=$6
scratch=$build/package_test/$what
prefix=$scratch/moved/to
failures=0
unset "${!CMAKE_@}" CXXFLAGS LDFLAGS LD_LIBRARY_PATH PKG_CONFIG_PATH SYSTEMC_HOME

fail() {
  printf 'FAILED: %s\n' "$*"
  failures=$((failures + 1))
}

check() {  # check TEXT COMMAND...: shows what the command said if it fails
  local text=$1
  shift
  if ! "$@" >"$scratch/log" 2>&1; then
    fail "$text: $*"
    tail -n 40 "$scratch/log"
    return 1
  fi
}

# Runs a program; its status must be 0 and its last line the one given.
expect_last_line() {  # expect_last_line LINE COMMAND...
  local line=$1 last
  shift
  check "$1" "$@" || return 1
  last=$(tail -n 1 "$scratch/log")
  [[ $last == "$line" ]] || fail "$1 ends with '$last', not '$line'"
}

configure() {  # configure SOURCE FOLDER OPTION...
  local source=$1 folder=$2
  shift 2
  "$cmake" -S "$source" -B "$folder" -G "$generator" -DCMAKE_CXX_COMPILER="$cxx" -DCMAKE_BUILD_TYPE=Debug \
    -DCMAKE_PREFIX_PATH="$prefix" "$@"
}

compile() { "$cmake" --build "$1" -j2; }

# What a consumer that does not fit is told, line breaks aside.
expect_refusal() {  # expect_refusal TEXT OPTION...: every word of TEXT in this order
  local text=$1
  shift
  if configure "$project/tests/package/standard" "$scratch/refused" "$@" >"$scratch/log" 2>&1; then
    fail "not refused: $*"
  fi
  expect_said "$text"
  rm -rf "$scratch/refused"
}

expect_said() {
  tr -s ' \n' ' ' <"$scratch/log" | grep -qF -- "$1" || {
    fail "it does not say: $1"
    cat "$scratch/log"
  }
}

install_and_move() {
  rm -rf "$scratch"
  mkdir -p "$scratch/moved"
  check install "$cmake" --install "$build" --prefix "$scratch/first" || exit 1
  mv "$scratch/first" "$prefix"
}

# ---- What is installed ----
test_no_file_names_the_source_tree() {
  # Debug information does, and is no part of a package.
  local binary=()
  [[ $(sed -n 's/^CMAKE_BUILD_TYPE:.*=//p' "$build/CMakeCache.txt") == Release ]] || binary=(-I)
  local found
  found=$(grep -rlF "${binary[@]}" -e "$project" -e "$build" "$prefix")
  [[ -z $found ]] || fail "these files name the source tree:" $found
}

test_the_program_runs() {
  check "the installed program" "$prefix/bin/tensordash" run --help
}

test_no_private_option_is_exported() {
  local found
  found=$(grep -rnE -e '-W(all|extra|error|shadow|pedantic)|precompile|pch|-fsanitize' \
    "$prefix"/lib*/cmake "$prefix"/lib*/pkgconfig "$prefix"/lib*/*/cmake 2>/dev/null)
  [[ -z $found ]] || fail "exported: $found"
}

# ---- Its users ----
test_examples() {
  local folder name count=0
  for folder in "$project"/examples/*/; do
    [[ -f $folder/CMakeLists.txt ]] || continue  # shared by others
    name=$(basename "$folder")
    count=$((count + 1))
    check "example $name" configure "$folder" "$scratch/examples/$name" &&
      check "example $name" compile "$scratch/examples/$name" &&
      expect_last_line "$(cat "$folder/expected.txt")" "$scratch/examples/$name/example"
  done
  [[ $count -gt 0 ]] || fail "no examples"
}

test_cmake_consumer() {
  check consumer configure "$project/tests/package/consumer" "$scratch/consumer" &&
    check consumer compile "$scratch/consumer" &&
    expect_last_line "the package works" "$scratch/consumer/consumer"
}

test_pkg_config_consumer() {
  local pc words
  pc=$(dirname "$(find "$prefix" -name tensordash.pc)")
  words=$(PKG_CONFIG_PATH=$pc pkg-config --cflags --libs tensordash 2>&1) ||
    { fail "pkg-config: $words"; return; }
  # Words that the shell takes apart, as a user's would.
  # shellcheck disable=SC2086
  check "pkg-config" "$cxx" "$project/tests/package/consumer/main.cpp" \
    $words -Wl,-rpath,"$(dirname "$pc")" -o "$scratch/plain" &&
    expect_last_line "the package works" "$scratch/plain"
}

test_headers() {
  check headers configure "$project/tests/package/headers" "$scratch/headers" &&
    check headers compile "$scratch/headers"
}

# ---- Who does not fit ----
test_versions() {
  mkdir -p "$scratch/version_project"
  cat >"$scratch/version_project/CMakeLists.txt" <<'TEXT'
cmake_minimum_required(VERSION 3.20)
project(version LANGUAGES CXX)
set(CMAKE_CXX_STANDARD 17)
find_package(tensordash ${WANTED} CONFIG REQUIRED)
TEXT
  check "version 0.1" configure "$scratch/version_project" "$scratch/version" -DWANTED=0.1
  rm -rf "$scratch/version"
  if configure "$scratch/version_project" "$scratch/version" -DWANTED=0.0 >"$scratch/log" 2>&1; then
    fail "version 0.0 was found"
  fi
  expect_said 'compatible with requested version "0.0"'
}

test_cxx20_is_refused() {
  expect_refusal "was built as C++17, but this project is compiled as C++20 (CMAKE_CXX_STANDARD is 20)" \
    -DCMAKE_CXX_STANDARD=20
  expect_refusal "Write set(CMAKE_CXX_STANDARD 17) before your targets" -DCMAKE_CXX_STANDARD=20
  expect_refusal "is compiled as C++20 (the compiler's own standard or one in CMAKE_CXX_FLAGS)" \
    -DCMAKE_CXX_FLAGS=-std=c++20
}

# CMake raises the standard of targets that link ours, so it works, with a warning.
test_cxx14_is_warned_of() {
  check "C++14" configure "$project/tests/package/standard" "$scratch/cxx14" -DCMAKE_CXX_STANDARD=14
  expect_said "tensordash needs C++17, and CMAKE_CXX_STANDARD is 14."
  expect_said "Write set(CMAKE_CXX_STANDARD 17) before your targets."
  check "C++14" compile "$scratch/cxx14" &&
    expect_last_line "all words right" "$scratch/cxx14/standard"
}

test_systemc_missing_or_old() {
  local include library
  include=$(sed -n 's/^SystemC_INCLUDE_DIR:.*=//p' "$build/CMakeCache.txt")
  library=$(dirname "$(sed -n 's/^SystemC_LIBRARY:.*=//p' "$build/CMakeCache.txt")")
  expect_refusal "SystemC was not found; tensordash needs 2.3.3 or later. On Debian: apt-get install libsystemc-dev" \
    -DCMAKE_CXX_STANDARD=17 "-DCMAKE_IGNORE_PATH=$include;$library" \
    -DCMAKE_DISABLE_FIND_PACKAGE_SystemCLanguage=ON
  expect_refusal "SystemC 2.3.1 was found, but tensordash needs 2.3.3 or later" \
    -DCMAKE_CXX_STANDARD=17 -DOLD_SYSTEMC=ON
}

# SystemC's own CMake package goes before pkg-config. Here it names a library that says of itself that
# it was built as C++14, or the one that there is.
test_systemc_with_its_own_package() {
  local library folder=$scratch/own
  mkdir -p "$folder"
  echo 'extern "C" void sc_api_version_2_3_4_cxx201402L() {}' >"$folder/old.cpp"
  check "a library" "$cxx" -shared -fPIC "$folder/old.cpp" -o "$folder/libold.so"
  library=$(sed -n 's/^SystemC_LIBRARY:.*=//p' "$build/CMakeCache.txt")
  cat >"$folder/SystemCLanguageConfig.cmake" <<'TEXT'
set(SystemCLanguage_VERSION 2.3.4)
add_library(SystemC::systemc SHARED IMPORTED)
set_target_properties(SystemC::systemc PROPERTIES IMPORTED_LOCATION "${OWN_SYSTEMC}")
message("SystemC of its own package")
TEXT
  check "SystemCLanguage" configure "$project/examples/dram" "$scratch/own_build" \
    "-DSystemCLanguage_DIR=$folder" "-DOWN_SYSTEMC=$library"
  expect_said "SystemC of its own package"
  expect_refusal "libold.so) was built as C++14, and tensordash needs C++17: they do not link" \
    "-DSystemCLanguage_DIR=$folder" "-DOWN_SYSTEMC=$folder/libold.so"
  expect_said "Build SystemC with -DCMAKE_CXX_STANDARD=17"
}

# The project itself says the same.
test_the_build_is_refused_too() {
  if "$cmake" -S "$project" -B "$scratch/build" -G "$generator" -DCMAKE_CXX_COMPILER="$cxx" \
    -DCMAKE_CXX_STANDARD=20 >"$scratch/log" 2>&1; then
    fail "not refused: a build as C++20"
  fi
  expect_said "was built as C++17, but this project is compiled as C++20"
}

if (($# > 6)); then
  tests=("${@:7}")
elif [[ $what == headers ]]; then
  tests=(test_headers)
else
  mapfile -t tests < <(compgen -A function test_ | grep -vx test_headers)
fi
install_and_move
for each in "${tests[@]}"; do
  began=$SECONDS
  "$each"
  printf '%s: %d s\n' "$each" $((SECONDS - began))
done
[[ $failures == 0 ]] || exit 1
rm -rf "$scratch"
echo "all right"
