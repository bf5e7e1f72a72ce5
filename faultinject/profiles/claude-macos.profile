# The sandbox runtime (srt): Seatbelt. A unix socket can be allowed by path, which nobody does for a tracker.
about    Claude Code (srt) on macOS: Seatbelt
system   macos
deny     EPERM op=socket
deny     EPERM op=connect
deny     EPERM op=bind
signals  EPERM outside
network  none
elsewhere EPERM
writable WORKSPACE TMP
protect  EPERM WORKSPACE/.git/hooks WORKSPACE/.git/config WORKSPACE/.claude WORKSPACE/.mcp.json
