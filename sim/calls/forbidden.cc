// What no shipped object may come to call: the run ends with its name.
#include "sim/world/world.h"

#define FORBID(name) \
  [[noreturn]] void sim_forbid_##name() { sim::TheWorld().Unknown(#name); }

extern "C" {
FORBID(utime)
FORBID(mremap)
FORBID(dlopen)
FORBID(dlsym)
FORBID(dlclose)
FORBID(dlerror)
FORBID(pthread_create)
FORBID(pthread_join)
FORBID(pthread_mutex_init)
FORBID(pthread_mutex_destroy)
FORBID(pthread_mutex_lock)
FORBID(pthread_mutex_trylock)
FORBID(pthread_mutex_unlock)
FORBID(pthread_mutexattr_init)
FORBID(pthread_mutexattr_destroy)
FORBID(pthread_mutexattr_settype)
FORBID(__assert_fail)
FORBID(__fprintf_chk)
FORBID(fread)
FORBID(fwrite)
FORBID(ferror)
}
