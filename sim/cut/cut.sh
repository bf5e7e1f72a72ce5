#!/bin/sh
# cut.sh OUT.o MANIFEST OBJECT_OR_ARCHIVE...
#
# Joins shipped objects to one object that makes no system call: what it would have asked the C library for is
# asked of the simulator (redirect.map). Its own names are hidden, so that the simulator may use the same
# headers; what it may write is in sections of its own (sections.ld). Nothing is compiled here.
#
#   1. ld -r --force-group-allocation    Inline functions and their statics stay with the program; otherwise
#                                        they are shared with the simulator's, and the order of linking
#                                        decides whose are used.
#      -z muldefs                        replaced.cc, which comes first, wins.
#   2. objcopy --redefine-syms           The doors to the system. Each name gets a target of its own.
#   3. objcopy --keep-global-symbol      Only the program's main stays visible.
#   4. audit                             Every other undefined symbol is known to be harmless (allow.txt),
#                                        nothing is thread-local, nothing writable is outside bd_*.
#
# MANIFEST gets the SHA-256 of every input; tests/process/shipped_objects_test.py compares them with what
# went into the program.
set -eu
export LC_ALL=C
out=$1 manifest=$2
shift 2
here=$(dirname "$0")

ld -r -d -z muldefs --force-group-allocation -T "$here/sections.ld" -o "$out.joined" "$@"
sed -e '/^#/d' -e '/^$/d' "$here/redirect.map" > "$out.map"
objcopy --redefine-syms="$out.map" "$out.joined" "$out.redirected"
objcopy --keep-global-symbol=bd_main "$out.redirected" "$out.audited"
rm "$out.joined" "$out.redirected"
sh "$here/audit.sh" "$out.audited" "$here/allow.txt"
sha256sum "$@" > "$manifest"
mv "$out.audited" "$out"
