#!/bin/sh
# audit.sh NAME OBJECT ALLOWED: fails on everything that the simulator could not control.
set -eu
export LC_ALL=C
name=$1 object=$2 allowed=$3 bad=0
names=$(mktemp)
trap 'rm -f "$names"' EXIT
sed -e '/^#/d' -e '/^$/d' "$allowed" > "$names"
unknown=$(nm -u "$object" | awk '{print $2}' | grep -v '^sim_' | sort -u | grep -vxF -f "$names" || true)
if [ -n "$unknown" ]; then
  echo "audit: these are neither redirected (redirect.map) nor known to be harmless (allow.txt):" >&2
  echo "$unknown" | while read -r name; do echo "  $name  $(c++filt "$name")" >&2; done
  bad=1
fi
unused=$(nm -u "$object" | awk '{print $2}' | sort -u | grep -vxF -f - "$names" || true)
if [ -n "$unused" ]; then
  echo "audit: allow.txt names what nobody asks for:" $unused >&2
  bad=1
fi
visible=$(nm --defined-only "$object" | awk '$2 ~ /[A-TV-Zuvw]/ {print $3}' | grep -vx "${name}_main" || true)
if [ -n "$visible" ]; then
  echo "audit: still visible:" $visible >&2
  bad=1
fi
sections=$(readelf -SW "$object" | sed 's/^ *\[ *[0-9]*\] *//' |
           awk -v own="^(${name}_(init|data|bss)|bd_marks|.data.rel.ro)\$" \
               '$7 ~ /T/ || ($7 ~ /W/ && $1 !~ own) {print $1}')
if [ -n "$sections" ]; then
  echo "audit: thread-local or writable sections:" $sections >&2
  bad=1
fi
exit $bad
