#!/usr/bin/env bash
# What most would guess: `script -e -c COMMAND` gives the exit code of the command, so a server that takes Ctrl-C,
#   closes in order for a moment and exits with 0 gives 0 at any terminal.
# What happens: the command runs in the shell of $SHELL, or in sh. bash puts the command in its own place; dash stays
#   between, takes the interrupt too, and says 130 for a command that said 0. `exec` in front of it makes them alike.
# Seen on 2026-11-30 with Debian's bsdutils 1:2.38.1-5+deb12u3, dash 0.5.12-2, bash 5.2.15-2+b8:
#     bash: 0; dash: 130; dash with exec: 0
set -euo pipefail
# What runs in the background without job control has interrupts switched off.
set -m
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
cd "$temp"
dpkg-query -W bsdutils dash bash
cat >server.pl <<'PL'
$SIG{INT} = sub { select undef, undef, undef, 0.3; exit 0 };
$| = 1;
print "ready\n";
sleep 1 while 1;
PL
try() {
  mkfifo keys
  SHELL=$1 script -qefc "$2" /dev/null <keys >said.txt &
  exec 3>keys
  until grep -q ready said.txt 2>/dev/null; do sleep 0.1; done
  printf '\003' >&3
  local code=0
  wait $! || code=$?
  exec 3>&-
  rm keys said.txt
  printf '%s' "$code"
}
seen="bash: $(try /bin/bash 'perl server.pl'); dash: $(try /bin/dash 'perl server.pl')"
seen="$seen; dash with exec: $(try /bin/dash 'exec perl server.pl')"
echo "$seen"
[ "$seen" = 'bash: 0; dash: 130; dash with exec: 0' ]
