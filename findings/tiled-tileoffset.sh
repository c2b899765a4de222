#!/usr/bin/env bash
# What most would guess: the `tileoffset` of a tileset moves a picture by so many pixels, "when drawing a tile",
#   however large an object of the tile is.
# What happens: in an object layer the offset is stretched with the object: one of twice the tile's size is moved
#   twice as far.
# Seen on 2026-11-29 with the tmxrasterizer of Debian's tiled 1.8.2-1:
#     tileoffset 4,4: object of 16x16 moved by 4,4; object of 32x32 moved by 8,8
set -euo pipefail
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
cd "$temp"
export QT_QPA_PLATFORM=offscreen HOME=$temp XDG_RUNTIME_DIR=$temp
dpkg-query -W tiled
# A tileset of one red tile of 16 x 16 pixels.
{
  printf 'P6\n16 16\n255\n'
  for _ in $(seq 256); do printf '\xff\x00\x00'; done
} >tiles.ppm
try() {
  # The bottom left of the object is at 16,64.
  cat >map.tmx <<XML
<?xml version="1.0" encoding="UTF-8"?>
<map version="1.8" orientation="orthogonal" renderorder="right-down"
  width="8" height="8" tilewidth="16" tileheight="16" infinite="0">
 <tileset firstgid="1" name="tiles" tilewidth="16" tileheight="16" tilecount="1" columns="1">
  <tileoffset x="4" y="4"/>
  <image source="tiles.ppm" width="16" height="16"/>
 </tileset>
 <objectgroup id="1" name="things"><object id="1" gid="1" x="16" y="64" width="$1" height="$1"/></objectgroup>
</map>
XML
  tmxrasterizer map.tmx out.ppm
  python3 - "$1" <<'PY'
import sys
side = int(sys.argv[1])
with open('out.ppm', 'rb') as file:
    kind, size, most, pixels = file.read().split(b'\n', 3)
width, height = map(int, size.split())
first = next(i for i in range(width * height) if pixels[3 * i : 3 * i + 3] == b'\xff\x00\x00')
print(f'object of {side}x{side} moved by {first % width - 16},{first // width - (64 - side)}')
PY
}
seen="tileoffset 4,4: $(try 16); $(try 32)"
echo "$seen"
[ "$seen" = 'tileoffset 4,4: object of 16x16 moved by 4,4; object of 32x32 moved by 8,8' ]
