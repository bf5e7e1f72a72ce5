# Libraries of the distribution, as static archives: the program runs on any Debian 12 as it is.

function(bd_static_library target archive)
  find_library(${target}_archive NAMES lib${archive}.a REQUIRED)
  add_library(${target} INTERFACE)
  target_link_libraries(${target} INTERFACE ${${target}_archive})
endfunction()

bd_static_library(lib_sqlite sqlite3)
target_link_libraries(lib_sqlite INTERFACE m)
bd_static_library(lib_nettle nettle)
bd_static_library(lib_yaml yaml)
bd_static_library(lib_seccomp seccomp)
