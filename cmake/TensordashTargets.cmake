# How every target of the project is declared, so that warnings, include paths and floating-point
# rules are the same everywhere.

add_library(tensordash_build_flags INTERFACE)
target_compile_options(tensordash_build_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow
                                                        $<$<BOOL:${TENSORDASH_WERROR}>:-Werror>)
# A product is rounded before it is added (no fused multiply-add), on every compiler and machine.
target_compile_options(tensordash_build_flags INTERFACE -ffp-contract=off)
target_include_directories(tensordash_build_flags INTERFACE "${PROJECT_SOURCE_DIR}")

# tensordash_library(NAME SOURCES a.cpp b.cpp LINKS x y)
function(tensordash_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_compile_features(${name} PUBLIC cxx_std_17)
  target_link_libraries(${name} PUBLIC tensordash_build_flags ${ARG_LINKS})
endfunction()

# tensordash_test(NAME SOURCES a_test.cpp LINKS x y [SYSTEMC] [LABELS quick|long])
# SYSTEMC links the sc_main that hands over to GoogleTest, and the fixture of tests/support.
function(tensordash_test name)
  cmake_parse_arguments(ARG "SYSTEMC" "" "SOURCES;LINKS;LABELS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  if(ARG_SYSTEMC)
    target_link_libraries(${name} PRIVATE tensordash_systemc_testing ${ARG_LINKS})
  else()
    target_link_libraries(${name} PRIVATE tensordash_build_flags ${ARG_LINKS} GTest::gtest
                                          GTest::gmock GTest::gtest_main)
  endif()
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
