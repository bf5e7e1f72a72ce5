// The redirected calls that programs of the world make themselves (sim/programs): the same doors as those of
// the shipped objects, so that they are interrupted, killed and failed alike.
#pragma once

#include <poll.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <time.h>

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
int sim_nanosleep(const struct timespec* wait, struct timespec* left);
int sim_socket(int domain, int type, int protocol);
int sim_bind(int fd, const sockaddr* address, socklen_t size);
int sim_listen(int fd, int backlog);
int sim_connect(int fd, const sockaddr* address, socklen_t size);
int sim_accept4(int fd, sockaddr* address, socklen_t* size, int flags);
ssize_t sim_recv(int fd, void* to, size_t count, int flags);
ssize_t sim_send(int fd, const void* from, size_t count, int flags);
int sim_poll(pollfd* files, nfds_t count, int timeout_ms);
int sim_kill(pid_t pid, int signal);
}
