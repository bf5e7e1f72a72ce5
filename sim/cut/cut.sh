#!/bin/sh
# cut.sh NAME OUT.o MANIFEST OBJECT_OR_ARCHIVE...
#
# Joins shipped objects to one object that makes no system call: what it would have asked the C library for is
# asked of the simulator (redirect.map). Its own names are hidden, so that the simulator may use the same
# headers; what it may write is in sections of its own (sections.ld). Nothing is compiled here. What stays
# visible of it begins with NAME: `bd`, or of another build `bd_BUILD` (builds.cmake), in which objects that
# differ stand before the archives.
#
#   1. ld -r --force-group-allocation    Inline functions and their statics stay with the program; otherwise
#                                        they are shared with the simulator's, and the order of linking
#                                        decides whose are used.
#      -z muldefs                        What comes first wins: replaced.cc.
#   2. objcopy --redefine-syms           The doors to the system. Each name gets a target of its own.
#   3. objcopy --keep-global-symbol      Only the program's main stays visible.
#   4. audit                             Every other undefined symbol is known to be harmless (allow.txt),
#                                        nothing is thread-local, nothing writable is outside NAME_*.
#
# MANIFEST gets the SHA-256 of every input, and MANIFEST.used what was taken from the archives; tests/process/shipped_objects_test.py compares them with what
# went into the program.
set -eu
export LC_ALL=C
name=$1 out=$2 manifest=$3
shift 3
here=$(dirname "$0")

# Lines for debuggers are in the shipped build; a second copy of them would only make the file large.
debug=
[ "$name" = bd ] || debug=--strip-debug
sed "s/bd_\(init\|data\|bss\) /${name}_\1 /" "$here/sections.ld" > "$out.ld"
ld -r -d -z muldefs --force-group-allocation $debug -t -t -T "$out.ld" -o "$out.joined" "$@" > "$manifest.used"
sed -e '/^#/d' -e '/^$/d' -e "s/^main .*/main ${name}_main/" "$here/redirect.map" > "$out.map"
objcopy --redefine-syms="$out.map" "$out.joined" "$out.redirected"
objcopy --keep-global-symbol="${name}_main" "$out.redirected" "$out.audited"
rm "$out.joined" "$out.redirected"
sh "$here/audit.sh" "$name" "$out.audited" "$here/allow.txt"
sha256sum "$@" > "$manifest"
mv "$out.audited" "$out"
