# A container with the repository mounted (docker or podman); the user's home is not there.
about    Gemini CLI on Linux: a container
marker   file /.dockerenv
deny     EPERM op=ptrace
pids     own
children die
network  none
home     own
moves    EXDEV roots
