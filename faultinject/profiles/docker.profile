# A container of one command (docker run --rm) with the repository mounted from the same kernel: files, locks
# and the socket of a daemon outside are shared, processes are not. What is mounted across a virtual machine
# is another matter: there neither locks nor sockets reach the other side.
about    Docker or Podman on Linux, the repository mounted
marker   file /.dockerenv
deny     EPERM op=ptrace
pids     own
children die
network  none
home     own
moves    EXDEV roots
