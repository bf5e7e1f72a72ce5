# The older way, still taken where bubblewrap cannot be used: no namespaces, so that processes outside are seen
# and can be signalled; Landlock cannot take .git out of a granted directory again.
about    Codex on Linux, older: Landlock and seccomp, workspace-write
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
elsewhere EACCES
writable WORKSPACE TMP
