# Seatbelt, workspace-write. Signals work within the sandbox, so that a process that asks whether it may signal
# itself learns nothing.
about    Codex on macOS: Seatbelt, workspace-write
system   macos
marker   env CODEX_SANDBOX=seatbelt
marker   env CODEX_SANDBOX_NETWORK_DISABLED=1
deny     EPERM op=socket
deny     EPERM op=connect
deny     EPERM op=bind
signals  EPERM outside
network  none
elsewhere EPERM
writable WORKSPACE TMP
protect  EPERM WORKSPACE/.git WORKSPACE/.codex
