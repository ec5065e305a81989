# What `cmake --install` installs: libraries with their headers, the program, a CMake package
# (find_package(tensordash CONFIG), targets tensordash::…) and a pkg-config file.

include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(TENSORDASH_PACKAGE_DIR "${CMAKE_INSTALL_LIBDIR}/cmake/tensordash")
# Headers include each other by their path in the project, "hw/dram/lpddr4.h", so this is the folder
# to look in.
set(TENSORDASH_HEADER_DIR "${CMAKE_INSTALL_INCLUDEDIR}/tensordash")

# What is installed runs from wherever it is moved to.
file(RELATIVE_PATH tensordash_bin_to_lib "/${CMAKE_INSTALL_BINDIR}" "/${CMAKE_INSTALL_LIBDIR}")
set(TENSORDASH_PROGRAM_RPATH "$ORIGIN/${tensordash_bin_to_lib}")

# The headers of this folder; to be called where there is no library.
function(tensordash_install_headers)
  file(RELATIVE_PATH folder "${PROJECT_SOURCE_DIR}" "${CMAKE_CURRENT_SOURCE_DIR}")
  file(GLOB headers "${CMAKE_CURRENT_SOURCE_DIR}/*.h")
  install(FILES ${headers} DESTINATION "${TENSORDASH_HEADER_DIR}/${folder}" COMPONENT development)
endfunction()

# Called by tensordash_library.
function(tensordash_install_library name internal)
  string(REGEX REPLACE "^tensordash_" "" short_name "${name}")
  add_library(tensordash::${short_name} ALIAS ${name})
  set_target_properties(
    ${name} PROPERTIES EXPORT_NAME ${short_name} VERSION ${PROJECT_VERSION}
                       SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR}
                       INSTALL_RPATH "$ORIGIN")
  # Reports of SystemC name their source file; let that be a path in the project, wherever it was
  # built.
  target_compile_options(${name} PRIVATE "-fmacro-prefix-map=${PROJECT_SOURCE_DIR}/=")
  if(internal)
    if(BUILD_SHARED_LIBS)
      # The program needs it.
      install(TARGETS ${name} LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT runtime
                                      NAMELINK_SKIP)
    endif()
    return()
  endif()
  set_property(GLOBAL APPEND PROPERTY TENSORDASH_INSTALLED ${name})
  target_include_directories(${name} INTERFACE "$<INSTALL_INTERFACE:${TENSORDASH_HEADER_DIR}>")
  install(
    TARGETS ${name} EXPORT tensordash
    ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT development
    LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT runtime
            NAMELINK_COMPONENT development)
  tensordash_install_headers()
endfunction()

# The installed libraries, each before those that it needs, as static linking wants them; what stands
# behind them in a link line is the caller's.
function(tensordash_link_order result)
  get_property(names GLOBAL PROPERTY TENSORDASH_INSTALLED)
  set(order "")
  set(waiting ${names})
  while(waiting)
    set(later "")
    foreach(name IN LISTS waiting)
      get_target_property(needs ${name} LINK_LIBRARIES)
      set(ready TRUE)
      foreach(other IN LISTS needs)
        if(other IN_LIST waiting)
          set(ready FALSE)
        endif()
      endforeach()
      if(ready)
        list(PREPEND order ${name})
      else()
        list(APPEND later ${name})
      endif()
    endforeach()
    if(later STREQUAL waiting)
      message(FATAL_ERROR "Libraries that need each other in a circle: ${waiting}")
    endif()
    set(waiting ${later})
  endwhile()
  set(${result} ${order} PARENT_SCOPE)
endfunction()

# Called once, after all libraries.
function(tensordash_install_package)
  install(EXPORT tensordash NAMESPACE tensordash:: FILE tensordash-targets.cmake
          DESTINATION "${TENSORDASH_PACKAGE_DIR}" COMPONENT development)
  configure_package_config_file(
    "${PROJECT_SOURCE_DIR}/cmake/tensordash-config.cmake.in"
    "${PROJECT_BINARY_DIR}/package/tensordash-config.cmake"
    INSTALL_DESTINATION "${TENSORDASH_PACKAGE_DIR}" NO_SET_AND_CHECK_MACRO)
  # Before 1.0, a minor version may change what there is.
  write_basic_package_version_file("${PROJECT_BINARY_DIR}/package/tensordash-config-version.cmake"
                                   COMPATIBILITY SameMinorVersion)
  install(
    FILES "${PROJECT_BINARY_DIR}/package/tensordash-config.cmake"
          "${PROJECT_BINARY_DIR}/package/tensordash-config-version.cmake"
          "${PROJECT_SOURCE_DIR}/cmake/FindSystemC.cmake"
          "${PROJECT_SOURCE_DIR}/cmake/TensordashSystemCCheck.cmake"
    DESTINATION "${TENSORDASH_PACKAGE_DIR}" COMPONENT development)

  # pkg-config keeps one -l of each library, where it stands last.
  tensordash_link_order(names)
  list(TRANSFORM names PREPEND "-l")
  list(JOIN names " " TENSORDASH_PC_LIBRARIES)
  if(BUILD_SHARED_LIBS)
    set(TENSORDASH_PC_PRIVATE ".private")
  else()
    # Boost has no pkg-config file.
    string(APPEND TENSORDASH_PC_LIBRARIES " -lboost_iostreams")
  endif()
  cmake_path(IS_ABSOLUTE CMAKE_INSTALL_LIBDIR absolute)
  if(absolute)
    set(TENSORDASH_PC_PREFIX "${CMAKE_INSTALL_PREFIX}")
    set(TENSORDASH_PC_LIBDIR "${CMAKE_INSTALL_LIBDIR}")
  else()
    file(RELATIVE_PATH up "/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/")
    string(REGEX REPLACE "/$" "" up "${up}")
    set(TENSORDASH_PC_PREFIX "\${pcfiledir}/${up}")
    set(TENSORDASH_PC_LIBDIR "\${prefix}/${CMAKE_INSTALL_LIBDIR}")
  endif()
  cmake_path(IS_ABSOLUTE TENSORDASH_HEADER_DIR absolute)
  if(absolute)
    set(TENSORDASH_PC_INCLUDEDIR "${TENSORDASH_HEADER_DIR}")
  else()
    set(TENSORDASH_PC_INCLUDEDIR "\${prefix}/${TENSORDASH_HEADER_DIR}")
  endif()
  configure_file("${PROJECT_SOURCE_DIR}/cmake/tensordash.pc.in"
                 "${PROJECT_BINARY_DIR}/package/tensordash.pc" @ONLY)
  install(FILES "${PROJECT_BINARY_DIR}/package/tensordash.pc"
          DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig" COMPONENT development)
  install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" DESTINATION "${CMAKE_INSTALL_DOCDIR}"
          COMPONENT development)
endfunction()
