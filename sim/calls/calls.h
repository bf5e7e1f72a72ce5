// The redirected calls that programs of the world make themselves (sim/programs): the same doors as those of
// the shipped objects, so that they are interrupted, killed and failed alike.
#pragma once

#include <sys/types.h>

extern "C" {
int sim_open(const char* path, int flags, ...);
int sim_close(int fd);
ssize_t sim_read(int fd, void* to, size_t count);
ssize_t sim_write(int fd, const void* from, size_t count);
int sim_fsync(int fd);
int sim_ftruncate(int fd, off_t size);
int sim_unlink(const char* path);
int sim_rename(const char* from, const char* to);
int sim_link(const char* from, const char* to);
int sim_mkdir(const char* path, mode_t mode);
int sim_flock(int fd, int operation);
int sim_fcntl(int fd, int command, ...);
int sim_usleep(unsigned micros);
}
