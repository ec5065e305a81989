# Finds Accellera SystemC with TLM-2.0 and defines SystemC::systemc.
#
# Tried in this order: a target SystemC::systemc that the enclosing project already made,
# SystemCLanguage's own CMake config, then pkg-config (what Debian's libsystemc-dev ships).
# Result variables: SystemC_FOUND, SystemC_VERSION.

if(NOT TARGET SystemC::systemc)
  find_package(SystemCLanguage CONFIG QUIET)
  set(SystemC_VERSION "${SystemCLanguage_VERSION}")
endif()

if(NOT TARGET SystemC::systemc)
  find_package(PkgConfig QUIET)
  if(PkgConfig_FOUND)
    pkg_check_modules(PC_SystemC QUIET systemc)
  endif()
  find_path(SystemC_INCLUDE_DIR systemc HINTS ${PC_SystemC_INCLUDE_DIRS} $ENV{SYSTEMC_HOME}/include)
  find_library(SystemC_LIBRARY systemc HINTS ${PC_SystemC_LIBRARY_DIRS} $ENV{SYSTEMC_HOME}/lib
                                             $ENV{SYSTEMC_HOME}/lib-linux64)
  if(SystemC_INCLUDE_DIR AND SystemC_LIBRARY)
    find_package(Threads REQUIRED)
    add_library(SystemC::systemc UNKNOWN IMPORTED)
    set_target_properties(SystemC::systemc PROPERTIES IMPORTED_LOCATION "${SystemC_LIBRARY}")
    # Naming /usr/include with -isystem would hide libstdc++'s own #include_next chain.
    if(NOT SystemC_INCLUDE_DIR STREQUAL "/usr/include")
      set_target_properties(SystemC::systemc PROPERTIES INTERFACE_INCLUDE_DIRECTORIES
                                                        "${SystemC_INCLUDE_DIR}")
    endif()
    target_link_libraries(SystemC::systemc INTERFACE Threads::Threads)
    # Debian's library exports sc_api_version_2_3_4_cxx201703L: users must build as C++17.
    target_compile_features(SystemC::systemc INTERFACE cxx_std_17)
    set(SystemC_VERSION "${PC_SystemC_VERSION}")
  endif()
endif()

if(TARGET SystemC::systemc)
  set(SystemC_TARGET SystemC::systemc)
  if(NOT SystemC_VERSION)
    # A target that the project made itself tells by its header alone how old it is.
    get_target_property(SystemC_INCLUDE_DIRS SystemC::systemc INTERFACE_INCLUDE_DIRECTORIES)
    find_file(SystemC_VERSION_HEADER sysc/kernel/sc_ver.h HINTS ${SystemC_INCLUDE_DIRS})
    if(SystemC_VERSION_HEADER)
      file(STRINGS "${SystemC_VERSION_HEADER}" SystemC_VERSION
           REGEX "^ *# *define +SC_VERSION_(MAJOR|MINOR|PATCH) +[0-9]+")
      string(REGEX REPLACE "[^;0-9]" "" SystemC_VERSION "${SystemC_VERSION}")
      list(JOIN SystemC_VERSION "." SystemC_VERSION)
    endif()
  endif()
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(
  SystemC
  REQUIRED_VARS SystemC_TARGET
  VERSION_VAR SystemC_VERSION
  REASON_FAILURE_MESSAGE
    "on Debian: apt-get install libsystemc-dev, elsewhere set SYSTEMC_HOME or CMAKE_PREFIX_PATH")
mark_as_advanced(SystemC_INCLUDE_DIR SystemC_LIBRARY SystemC_VERSION_HEADER)
