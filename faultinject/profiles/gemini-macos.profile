# Seatbelt, permissive-open, the default. Outbound sockets work; whether one may be bound is not documented: no
# rule grants it. Signals reach only oneself, not even children.
about    Gemini CLI on macOS: Seatbelt, permissive-open
system   macos
marker   env SEATBELT_PROFILE=permissive-open
deny     EPERM op=bind
signals  EPERM outside
signals  EPERM children
elsewhere EPERM
writable WORKSPACE TMP HOME/.gemini HOME/.npm HOME/.cache
