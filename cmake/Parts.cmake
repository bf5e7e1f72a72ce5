# One target per part; what a part may use is written here once and checked by tests/tidy_test.

# bd_part(NAME [USES part...] [LIBRARIES lib...]): a static library of all sources in this folder.
function(bd_part name)
  cmake_parse_arguments(PART "" "" "USES;LIBRARIES" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.cc)
  add_library(bd_${name} STATIC ${sources})
  target_include_directories(bd_${name} PUBLIC ${PROJECT_SOURCE_DIR})
  foreach(used IN LISTS PART_USES)
    target_link_libraries(bd_${name} PUBLIC bd_${used})
  endforeach()
  target_link_libraries(bd_${name} PRIVATE ${PART_LIBRARIES})
endfunction()
