# The sandbox runtime (srt): bubblewrap, a seccomp filter that lets nobody make a unix socket, two nested pid
# namespaces, die-with-parent. Of what it protects in the workspace, those that lie at its root.
about    Claude Code (srt) on Linux: bubblewrap and seccomp
marker   status NoNewPrivs=1
marker   status Seccomp=2
deny     EPERM op=socket
deny     EPERM op=socketpair
deny     EPERM op=io_uring
pids     own
children die
network  none
elsewhere EROFS
writable WORKSPACE TMP
protect  EROFS WORKSPACE/.git/hooks WORKSPACE/.git/config WORKSPACE/.claude WORKSPACE/.mcp.json
moves    EXDEV roots
