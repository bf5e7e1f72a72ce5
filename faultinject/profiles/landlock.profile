# Landlock alone, everything that a ruleset of ABI 6 can take away from a process that needs its workspace:
# no socket may be made there, no file renamed into another directory, nobody outside signalled.
about    Landlock alone, ABI 6
marker   status NoNewPrivs=1
deny     EACCES op=bind
signals  EPERM outside
elsewhere EACCES
writable WORKSPACE TMP
moves    EXDEV directories
