# Which builds of the program there are: the one that is shipped, and for runs in which versions meet those of
# sim/builds/NAME.cmake. Such a build is the shipped archives, and before them what is compiled anew because
# its text differs: in the lines that NAME.cmake names, and nowhere else
# (tests/process/shipped_objects_test.py).

# In sim/builds/NAME.cmake: this file says TEXT where it said what the regular expression PATTERN matches.
function(differs file pattern text)
  set(from ${PROJECT_SOURCE_DIR}/${file})
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${from})
  file(READ ${from} content)
  string(REGEX REPLACE "${pattern}" "${text}" changed "${content}")
  if(changed STREQUAL content)
    message(FATAL_ERROR "sim/builds/${build}.cmake: nothing in ${file} matches ${pattern}")
  endif()
  file(CONFIGURE OUTPUT ${overlay}/${file} CONTENT "${changed}" @ONLY)
  set(differing ${differing} ${file} PARENT_SCOPE)
endfunction()

# What is compiled anew: sources that differ, and those that include a header which does. No header may.
function(find_affected differing result)
  set(headers ${differing})
  list(FILTER headers INCLUDE REGEX "\\.h$")
  list(JOIN headers "|" headers)
  file(GLOB_RECURSE files RELATIVE ${PROJECT_SOURCE_DIR} CONFIGURE_DEPENDS
    ${PROJECT_SOURCE_DIR}/bd/*.h ${PROJECT_SOURCE_DIR}/bd/*.cc
    ${PROJECT_SOURCE_DIR}/engine/*.h ${PROJECT_SOURCE_DIR}/engine/*.cc)
  foreach(file IN LISTS files)
    if(file IN_LIST differing)
      set(path ${overlay}/${file})
    else()
      set(path ${PROJECT_SOURCE_DIR}/${file})
      file(STRINGS ${path} includes REGEX "^#include \"(${headers})\"")
      if(includes STREQUAL "")
        continue()
      endif()
    endif()
    if(file MATCHES "\\.cc$")
      list(APPEND affected ${path})
    elseif(NOT file IN_LIST differing)
      message(FATAL_ERROR "${file} includes what differs between builds: only sources may")
    endif()
  endforeach()
  set(${result} ${affected} PARENT_SCOPE)
endfunction()

# What oracles ask about a build, from its text: the protocol that it speaks, how many migrations it has.
function(find_facts overlay)
  foreach(file bd/wire.h engine/storage/migrate.cc)
    set(path ${overlay}/${file})
    if(NOT EXISTS ${path})
      set(path ${PROJECT_SOURCE_DIR}/${file})
    endif()
    file(READ ${path} text)
    if(file MATCHES "wire")
      string(REGEX MATCH "kWireProtocol = ([0-9]+);" found "${text}")
      set(protocol ${CMAKE_MATCH_1} PARENT_SCOPE)
    else()
      string(REGEX MATCHALL "\n    {\"" rows "${text}")
      list(LENGTH rows migrations)
      set(migrations ${migrations} PARENT_SCOPE)
    endif()
  endforeach()
endfunction()

# cut_build(NAME OBJECTS): adds a build whose names begin with NAME to the list `cuts` and to the table.
function(cut_build name)
  set(out ${CMAKE_CURRENT_BINARY_DIR}/${name}_cut.o)
  set(manifest ${CMAKE_CURRENT_BINARY_DIR}/${name}_cut.manifest)
  add_custom_command(OUTPUT ${out} BYPRODUCTS ${manifest}
    COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/cut/cut.sh ${name} ${out} ${manifest} ${ARGN} ${shipped}
    DEPENDS ${ARGN} ${shipped_targets} ${cut_files}
    COMMENT "Cutting ${name} off from the system" COMMAND_EXPAND_LISTS VERBATIM)
  set_source_files_properties(${out} PROPERTIES EXTERNAL_OBJECT TRUE GENERATED TRUE)
  set(cuts ${cuts} ${out} PARENT_SCOPE)
  string(REGEX REPLACE "^bd_?" "" called ${name})
  set(build_rows "${build_rows}    BUILD(\"${called}\", ${protocol}, ${migrations}, ${name}),\n" PARENT_SCOPE)
  set(build_names "${build_names}DECLARE(${name})\n" PARENT_SCOPE)
endfunction()

find_facts("")
cut_build(bd)
file(GLOB build_files CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/builds/*.cmake)
foreach(file IN LISTS build_files)
  get_filename_component(build ${file} NAME_WE)
  set(overlay ${CMAKE_CURRENT_BINARY_DIR}/builds/${build})
  set(differing "")
  include(${file})
  # What an earlier list named must not be found any more.
  file(GLOB_RECURSE present RELATIVE ${overlay} ${overlay}/*)
  foreach(left IN LISTS present)
    if(NOT left IN_LIST differing)
      file(REMOVE ${overlay}/${left})
    endif()
  endforeach()
  find_affected("${differing}" affected)
  add_library(sim_build_${build} OBJECT ${affected})
  target_include_directories(sim_build_${build} BEFORE PRIVATE ${overlay})
  target_link_libraries(sim_build_${build} PRIVATE bd_cli lib_sqlite)
  find_facts(${overlay})
  cut_build(bd_${build} $<TARGET_OBJECTS:sim_build_${build}>)
endforeach()

file(CONFIGURE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/builds_table.cc @ONLY CONTENT
"// Made by CMake from the files in sim/builds.
#include \"sim/world/statics.h\"

#define DECLARE(name)                                                                         \\
  extern \"C\" char __start_##name##_data[], __stop_##name##_data[];                            \\
  extern \"C\" char __start_##name##_bss[], __stop_##name##_bss[];                              \\
  extern \"C\" sim::Constructor __start_##name##_init[], __stop_##name##_init[];                \\
  extern \"C\" int name##_main(int argc, char** argv);
#define BUILD(called, protocol, migrations, name)                                             \\
  Build{called, protocol, migrations, {__start_##name##_data, __stop_##name##_data},          \\
        {__start_##name##_bss, __stop_##name##_bss},                                          \\
        {__start_##name##_init, __stop_##name##_init}, name##_main}

@build_names@
namespace sim {

std::span<const Build> AllBuilds() {
  static const Build builds[] = {
@build_rows@  };
  return builds;
}

}  // namespace sim
")
