#!/usr/bin/env bash
# What most would guess: a pickle of plain data (bytes, a set) is read by one who knows data opcodes alone, in every
#   protocol, and only instances of classes name something to call.
# What happens: before protocol 3 Python 3 has no bytes in its pickles: it asks the reader to call _codecs.encode on a
#   text in latin1, and for no bytes at all to call bytes; a set before protocol 4 is a call of set with a list. A
#   reader that calls nothing has to know these by name and answer with data. From protocols 3 and 4 on nothing is
#   named.
# Seen on 2026-11-30 with Python 3.11 of Debian:
#     b'ab': 0 _codecs.encode, 2 _codecs.encode, 3 -, 4 -
#     b'': 0 __builtin__.bytes, 2 __builtin__.bytes, 3 -, 4 -
#     {1}: 0 __builtin__.set, 2 __builtin__.set, 3 builtins.set, 4 -
set -euo pipefail
/usr/bin/python3 --version
seen=$(/usr/bin/python3 - <<'PY'
import pickle, pickletools

def named(value, protocol):
    opcodes = pickletools.genops(pickle.dumps(value, protocol))
    return ' '.join(arg.replace(' ', '.') for op, arg, _ in opcodes if op.name == 'GLOBAL') or '-'

def told(value):
    return f'{value!r}: ' + ', '.join(f'{protocol} {named(value, protocol)}' for protocol in (0, 2, 3, 4))

print(*map(told, (b'ab', b'', {1})), sep='\n')
PY
)
echo "$seen"
[ "$seen" = "b'ab': 0 _codecs.encode, 2 _codecs.encode, 3 -, 4 -
b'': 0 __builtin__.bytes, 2 __builtin__.bytes, 3 -, 4 -
{1}: 0 __builtin__.set, 2 __builtin__.set, 3 builtins.set, 4 -" ]
