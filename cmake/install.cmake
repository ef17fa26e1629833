# What `cmake --install` puts where, so that find_package(vaecomp) gives the targets vaecomp::codec
# and, for whoever only decodes, vaecomp::decoder.
include(CMakePackageConfigHelpers)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/vaecomp)

# Installed headers keep the paths that they are included by: vaecomp/vaecomp.hpp and, below it, format/.
target_include_directories(vaecomp_format PUBLIC $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/vaecomp>)
target_include_directories(vaecomp_decoder PUBLIC $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
target_include_directories(vaecomp_codec PUBLIC $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
set_target_properties(vaecomp_decoder PROPERTIES EXPORT_NAME decoder)
set_target_properties(vaecomp_codec PROPERTIES EXPORT_NAME codec)
set_target_properties(vaecomp_format PROPERTIES EXPORT_NAME format)

install(TARGETS vaecomp_codec vaecomp_decoder vaecomp_format EXPORT vaecomp
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(FILES
  ${PROJECT_SOURCE_DIR}/codec/include/vaecomp/decode.hpp
  ${PROJECT_SOURCE_DIR}/codec/include/vaecomp/model_info.hpp
  ${PROJECT_SOURCE_DIR}/codec/include/vaecomp/rows.hpp
  ${PROJECT_SOURCE_DIR}/codec/include/vaecomp/signature.hpp
  ${PROJECT_SOURCE_DIR}/codec/include/vaecomp/study.hpp
  ${PROJECT_SOURCE_DIR}/codec/include/vaecomp/target.hpp
  ${PROJECT_SOURCE_DIR}/codec/include/vaecomp/vaecomp.h
  ${PROJECT_SOURCE_DIR}/codec/include/vaecomp/vaecomp.hpp
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/vaecomp)
# The headers that decode.hpp includes.
install(FILES
  ${PROJECT_SOURCE_DIR}/format/bytes.h
  ${PROJECT_SOURCE_DIR}/format/colour_turn.h
  ${PROJECT_SOURCE_DIR}/format/container.h
  ${PROJECT_SOURCE_DIR}/format/error.h
  ${PROJECT_SOURCE_DIR}/format/limits.h
  ${PROJECT_SOURCE_DIR}/format/pixel_filter.h
  ${PROJECT_SOURCE_DIR}/format/metadata.h
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/vaecomp/format)

if(TARGET vaecomp)
  install(TARGETS vaecomp RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
if(VAECOMP_PAGES)
  install(DIRECTORY ${VAECOMP_PAGES}/man/ DESTINATION ${CMAKE_INSTALL_MANDIR})
  install(DIRECTORY ${VAECOMP_PAGES}/shells/ DESTINATION ${CMAKE_INSTALL_DATADIR})
endif()

install(EXPORT vaecomp NAMESPACE vaecomp:: FILE vaecompTargets.cmake DESTINATION ${package_dir})
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/vaecompConfig.cmake.in
  ${PROJECT_BINARY_DIR}/vaecompConfig.cmake INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/vaecompConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES
  ${PROJECT_BINARY_DIR}/vaecompConfig.cmake
  ${PROJECT_BINARY_DIR}/vaecompConfigVersion.cmake
  DESTINATION ${package_dir})

# For builds without CMake.
file(RELATIVE_PATH to_prefix /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
string(REGEX REPLACE "/$" "" to_prefix ${to_prefix})
foreach(name IN ITEMS vaecomp vaecomp-dec)
  configure_file(${CMAKE_CURRENT_LIST_DIR}/${name}.pc.in ${PROJECT_BINARY_DIR}/${name}.pc @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/${name}.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endforeach()
