# bubblewrap and seccomp, workspace-write, network off (the default of codex exec and of the terminal program).
about    Codex on Linux: bubblewrap and seccomp, workspace-write
marker   env CODEX_SANDBOX_NETWORK_DISABLED=1
marker   status NoNewPrivs=1
marker   status Seccomp=2
deny     EPERM op=connect
deny     EPERM op=bind
deny     EPERM op=listen
deny     EPERM op=accept
deny     EPERM op=send
deny     EPERM op=shutdown
deny     EPERM op=sockopt
deny     EPERM op=io_uring
deny     EPERM op=ptrace
pids     own
children die
network  none
elsewhere EROFS
writable WORKSPACE TMP
protect  EROFS WORKSPACE/.git WORKSPACE/.codex
moves    EXDEV roots
