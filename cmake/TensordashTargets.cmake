# How every target of the project is declared, so that warnings, include paths and floating-point
# rules are the same everywhere.

# What the project compiles its own sources with; users get none of it.
add_library(tensordash_build_flags INTERFACE)
target_compile_options(tensordash_build_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow
                                                        $<$<BOOL:${TENSORDASH_WERROR}>:-Werror>)
# A product is rounded before it is added (no fused multiply-add), on every compiler and machine.
target_compile_options(tensordash_build_flags INTERFACE -ffp-contract=off)
target_include_directories(tensordash_build_flags INTERFACE "${PROJECT_SOURCE_DIR}")
if(TENSORDASH_PCH AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # ccache has to see which precompiled header a file takes.
  target_compile_options(tensordash_build_flags INTERFACE -fpch-preprocess)
endif()

# tensordash_precompiled(NAME HEADERS <a> <b> LINKS x y [TEST]): compiles the headers once, for targets
# that call tensordash_precompile(TARGET NAME). TEST compiles them as test sources are.
set(tensordash_common_headers
    <algorithm> <cmath> <cstdint> <cstring> <filesystem> <fstream> <functional> <map> <memory> <optional>
    <random> <set> <sstream> <stdexcept> <string> <vector>)
function(tensordash_precompiled name)
  cmake_parse_arguments(ARG "TEST" "" "HEADERS;LINKS" ${ARGN})
  if(NOT TENSORDASH_PCH)
    return()
  endif()
  # A precompiled header belongs to a target, and a target needs a source.
  set(source "${PROJECT_BINARY_DIR}/precompiled/${name}.cpp")
  if(NOT EXISTS "${source}")
    file(WRITE "${source}" "")
  endif()
  add_library(${name} OBJECT "${source}")
  target_link_libraries(${name} PRIVATE tensordash_build_flags ${ARG_LINKS})
  target_precompile_headers(${name} PRIVATE ${tensordash_common_headers} ${ARG_HEADERS})
  if(ARG_TEST)
    target_compile_options(${name} PRIVATE ${TENSORDASH_TEST_OPTIONS})
    set_target_properties(${name} PROPERTIES POSITION_INDEPENDENT_CODE OFF)
  elseif(BUILD_SHARED_LIBS)
    # Code for a shared library takes no header that was compiled for a program.
    set_target_properties(${name} PROPERTIES POSITION_INDEPENDENT_CODE ON)
  endif()
endfunction()

function(tensordash_precompile target name)
  if(TENSORDASH_PCH)
    target_precompile_headers(${target} REUSE_FROM ${name})
  endif()
endfunction()

# tensordash_library(NAME SOURCES a.cpp b.cpp LINKS x y [INTERNAL])
# Shared or static as BUILD_SHARED_LIBS says. Installed with the headers of its folder and exported as
# tensordash::NAME (without the prefix tensordash_), unless it is INTERNAL or of the tests.
function(tensordash_library name)
  cmake_parse_arguments(ARG "INTERNAL" "" "SOURCES;LINKS" ${ARGN})
  add_library(${name} ${ARG_SOURCES})
  target_compile_features(${name} PUBLIC cxx_std_17)
  target_include_directories(${name} PUBLIC "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>")
  target_link_libraries(${name} PRIVATE $<BUILD_INTERFACE:tensordash_build_flags>)
  target_link_libraries(${name} PUBLIC ${ARG_LINKS})
  if("SystemC::systemc" IN_LIST ARG_LINKS)
    tensordash_precompile(${name} tensordash_precompiled_systemc)
  elseif("nlohmann_json::nlohmann_json" IN_LIST ARG_LINKS)
    tensordash_precompile(${name} tensordash_precompiled_json)
  elseif("fmt::fmt" IN_LIST ARG_LINKS)
    tensordash_precompile(${name} tensordash_precompiled_fmt)
  endif()
  set(tests_dir "${PROJECT_SOURCE_DIR}/tests")
  cmake_path(IS_PREFIX tests_dir "${CMAKE_CURRENT_SOURCE_DIR}" is_test)
  if(NOT is_test)
    tensordash_install_library(${name} "${ARG_INTERNAL}")
  endif()
endfunction()

# tensordash_test(NAME SOURCES a_test.cpp LINKS x y [SYSTEMC] [LABELS quick|long])
# SYSTEMC links the sc_main that hands over to GoogleTest, and the fixture of tests/support.
function(tensordash_test name)
  cmake_parse_arguments(ARG "SYSTEMC" "" "SOURCES;LINKS;LABELS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  if(ARG_SYSTEMC)
    target_link_libraries(${name} PRIVATE tensordash_systemc_testing ${ARG_LINKS})
    tensordash_precompile(${name} tensordash_precompiled_systemc_test)
  else()
    target_link_libraries(${name} PRIVATE tensordash_build_flags ${ARG_LINKS} GTest::gtest
                                          GTest::gmock GTest::gtest_main)
    tensordash_precompile(${name} tensordash_precompiled_test)
  endif()
  target_compile_options(${name} PRIVATE ${TENSORDASH_TEST_OPTIONS})
  target_compile_definitions(
    ${name} PRIVATE TENSORDASH_TRACES="${PROJECT_SOURCE_DIR}/traces"
                    TENSORDASH_TEST_DATA="${PROJECT_SOURCE_DIR}/tests/data")
  if(NOT ARG_LABELS)
    set(ARG_LABELS quick)
  endif()
  # Parameter values in test names would put addresses there, another name at every run.
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST NO_PRETTY_VALUES
                       PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT 600)
endfunction()
