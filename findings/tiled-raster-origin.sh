#!/usr/bin/env bash
# What most would guess: in a picture that Tiled's tmxrasterizer makes of a map, the map's corner is at 0,0 and the
#   picture has the map's size; a layer that is moved by an offset is drawn at that offset, as the editor shows it.
# What happens: the picture grows by the offset on the side where the layer goes over the edge, so that the map's
#   corner is elsewhere: a layer moved left and up by 8 pixels moves everything else in the picture right and down by
#   8.
# Seen on 2026-11-29 with Debian's tiled 1.8.2-1:
#     no offset: 32x32, the other layer's tile at 0,0; offset -8,-8: 40x40, the other layer's tile at 8,8
set -euo pipefail
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
cd "$temp"
export QT_QPA_PLATFORM=offscreen HOME=$temp XDG_RUNTIME_DIR=$temp
dpkg-query -W tiled
# A tileset of one red and one blue tile of 16 x 16 pixels.
{
  printf 'P6\n32 16\n255\n'
  for _ in $(seq 16); do
    for _ in $(seq 16); do printf '\xff\x00\x00'; done
    for _ in $(seq 16); do printf '\x00\x00\xff'; done
  done
} >tiles.ppm
try() {
  cat >map.tmx <<XML
<?xml version="1.0" encoding="UTF-8"?>
<map version="1.8" orientation="orthogonal" renderorder="right-down"
  width="2" height="2" tilewidth="16" tileheight="16" infinite="0">
 <tileset firstgid="1" name="tiles" tilewidth="16" tileheight="16" tilecount="2" columns="2">
  <image source="tiles.ppm" width="32" height="16"/>
 </tileset>
 <layer id="1" name="still" width="2" height="2"><data encoding="csv">1,0,0,0</data></layer>
 <layer id="2" name="moved" width="2" height="2" offsetx="$1" offsety="$1"><data encoding="csv">0,0,0,2</data></layer>
</map>
XML
  tmxrasterizer map.tmx out.ppm
  python3 - <<'PY'
with open('out.ppm', 'rb') as file:
    kind, size, most, pixels = file.read().split(b'\n', 3)
width, height = map(int, size.split())
first = next(i for i in range(width * height) if pixels[3 * i : 3 * i + 3] == b'\xff\x00\x00')
print(f"{width}x{height}, the other layer's tile at {first % width},{first // width}")
PY
}
seen="no offset: $(try 0); offset -8,-8: $(try -8)"
echo "$seen"
[ "$seen" = "no offset: 32x32, the other layer's tile at 0,0; offset -8,-8: 40x40, the other layer's tile at 8,8" ]
