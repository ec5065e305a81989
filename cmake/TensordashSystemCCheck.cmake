# Says in words what a linker would say with a symbol.
#
# Every object that includes <systemc> asks the library for a symbol whose name holds SystemC's version
# and the C++ standard that the object is compiled as (sc_api_version_2_3_4_cxx201703L; sc_ver.h), and
# the library has it for the standard that it was built as alone. So what is found is tried: a tiny
# SystemC program is compiled and linked as a target of this project would be.

# What the names of symbols call a standard, as CMake calls it: 17 of 201703.
function(_tensordash_standard symbols result)
  set(${result} "" PARENT_SCOPE)
  if(symbols MATCHES "sc_api_version_[0-9_]+cxx(20[0-9][0-9])")
    # Compilers call a draft by its year.
    set(standard ${CMAKE_MATCH_1})
    foreach(year 2011 2014 2017 2020 2023 2026)
      if(standard LESS_EQUAL year)
        math(EXPR standard "${year} - 2000")
        break()
      endif()
    endforeach()
    set(${result} ${standard} PARENT_SCOPE)
  endif()
endfunction()

# The file of SystemC::systemc and the standard that it was built as; each empty when nobody knows.
function(_tensordash_systemc_library file_result standard_result)
  set(file "")
  get_target_property(configurations SystemC::systemc IMPORTED_CONFIGURATIONS)
  foreach(configuration IN LISTS configurations ITEMS "")
    string(REGEX REPLACE "(.+)" "_\\1" suffix "${configuration}")
    get_target_property(location SystemC::systemc IMPORTED_LOCATION${suffix})
    if(location AND EXISTS "${location}")
      set(file "${location}")
    endif()
  endforeach()
  set(symbols "")
  if(file)
    file(STRINGS "${file}" symbols REGEX "sc_api_version_[0-9_]+cxx" LIMIT_COUNT 1)
  endif()
  _tensordash_standard("${symbols}" standard)
  set(${file_result} "${file}" PARENT_SCOPE)
  set(${standard_result} "${standard}" PARENT_SCOPE)
endfunction()

# tensordash_check_systemc(VERSION RESULT), after find_package(SystemC): RESULT is empty when programs
# can be built with the SystemC that was found, of that version or later; else it is what is wrong.
# Warns of a C++ standard that is too old but which CMake raises.
function(tensordash_check_systemc version result)
  set(${result} "" PARENT_SCOPE)
  if(SystemC_VERSION AND SystemC_VERSION VERSION_LESS version)
    set(${result} "SystemC ${SystemC_VERSION} was found, but tensordash needs ${version} or later. \
Point CMAKE_PREFIX_PATH or SYSTEMC_HOME to a newer one." PARENT_SCOPE)
    return()
  endif()
  if(NOT TARGET SystemC::systemc)
    set(${result} "SystemC was not found; tensordash needs ${version} or later. \
On Debian: apt-get install libsystemc-dev pkg-config; elsewhere point CMAKE_PREFIX_PATH or SYSTEMC_HOME \
to an installed SystemC." PARENT_SCOPE)
    return()
  endif()

  set(raised "${CMAKE_CXX_STANDARD}")
  if(raised MATCHES "^(98|11|14)$")
    set(raised 17)
    message(WARNING "tensordash needs C++17, and CMAKE_CXX_STANDARD is ${CMAKE_CXX_STANDARD}. \
CMake raises it for targets that link tensordash::…; others that include <systemc> may not link with \
them. Write set(CMAKE_CXX_STANDARD 17) before your targets.")
  endif()

  # Once for each way to compile.
  _tensordash_systemc_library(file built_as)
  set(key "${raised};${CMAKE_CXX_FLAGS};${CMAKE_CXX_COMPILER};${file}")
  if(TENSORDASH_SYSTEMC_WORKS STREQUAL key)
    return()
  endif()
  set(folder "${CMAKE_BINARY_DIR}/CMakeFiles/tensordash_systemc_check")
  file(WRITE "${folder}/check.cpp" "#include <systemc>
int sc_main(int, char**) { return sc_core::sc_time_stamp() == sc_core::SC_ZERO_TIME ? 0 : 1; }
")
  set(standard_words "")
  if(raised)
    set(standard_words CXX_STANDARD ${raised} CXX_STANDARD_REQUIRED ON)
  endif()
  set(CMAKE_TRY_COMPILE_TARGET_TYPE EXECUTABLE)
  try_compile(works "${folder}/build" SOURCES "${folder}/check.cpp" LINK_LIBRARIES SystemC::systemc
              ${standard_words} OUTPUT_VARIABLE output)
  if(works)
    set(TENSORDASH_SYSTEMC_WORKS "${key}" CACHE INTERNAL "A SystemC program links, compiled so")
    return()
  endif()

  string(REGEX MATCH "undefined[^\n]*sc_api_version_[0-9_a-z]+L" missing "${output}")
  _tensordash_standard("${missing}" compiled_as)
  if(NOT compiled_as)
    set(${result} "A SystemC program of two lines cannot be built with the SystemC that was found \
(${file}). The compiler says:\n${output}" PARENT_SCOPE)
    return()
  endif()
  set(found "The SystemC that was found (${file})")
  if(built_as)
    string(APPEND found " was built as C++${built_as}")
  else()
    string(APPEND found " was built as another C++ standard")
    set(built_as 17)
  endif()
  set(where "the compiler's own standard or one in CMAKE_CXX_FLAGS")
  if(CMAKE_CXX_STANDARD)
    set(where "CMAKE_CXX_STANDARD is ${CMAKE_CXX_STANDARD}")
  endif()
  string(REGEX MATCH "sc_api_version_[0-9_a-z]+L" symbol "${missing}")
  if(built_as LESS 17)
    set(${result} "${found}, and tensordash needs C++17: they do not link (${symbol} is undefined). \
Build SystemC with -DCMAKE_CXX_STANDARD=17 and point CMAKE_PREFIX_PATH to it." PARENT_SCOPE)
  else()
    set(${result} "${found}, but this project is compiled as C++${compiled_as} (${where}): they do \
not link (${symbol} is undefined). Write set(CMAKE_CXX_STANDARD ${built_as}) before your targets, or \
build SystemC and tensordash as C++${compiled_as}." PARENT_SCOPE)
  endif()
endfunction()
