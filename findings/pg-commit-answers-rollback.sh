#!/usr/bin/env bash
# What most would guess: COMMIT either makes a transaction last or fails; where a client's promise of it resolves, what
#   was written is there.
# What happens: when a statement before it failed and the program went on, as one does that catches "exists already",
#   the server answers COMMIT with ROLLBACK, which is no error: the promise resolves, and the rows written before are
#   gone. Only the answer's `command` tells. So the answer to COMMIT has to be read.
# Seen on 2026-11-30 with Debian's postgresql-15 15.18-0+deb12u1 and pg 8.23.1:
#     COMMIT resolved with ROLLBACK; rows: 0
set -euo pipefail
temp=$(mktemp -d)
bin=/usr/lib/postgresql/15/bin
as() { (cd / && runuser -u postgres -- "$@"); }
leave() {
  as "$bin/pg_ctl" -D "$temp/data" -m immediate stop >/dev/null 2>&1 || true
  rm -rf "$temp"
}
trap leave EXIT
cd "$temp"
dpkg-query -W postgresql-15
npm install --silent --ignore-scripts --prefix . pg@8.23.1 >/dev/null
chmod 755 "$temp"
mkdir data socket
chown postgres data socket
as "$bin/initdb" -D "$temp/data" -A trust -U postgres >/dev/null
as "$bin/pg_ctl" -D "$temp/data" -w -l "$temp/data/log" -o "-c listen_addresses= -k $temp/socket" start >/dev/null
cat >commit.mjs <<'JS'
import pg from 'pg'

const client = new pg.Client({ host: process.argv[2], user: 'postgres', database: 'postgres' })
await client.connect()
await client.query('CREATE TABLE item (id int PRIMARY KEY)')
await client.query('BEGIN')
await client.query('INSERT INTO item VALUES (1)')
await client.query('INSERT INTO item VALUES (1)').catch((error) => {
  if (error.code !== '23505') throw error
})
const { command } = await client.query('COMMIT')
const { rows } = await client.query('SELECT * FROM item')
console.log(`COMMIT resolved with ${command}; rows: ${rows.length}`)
await client.end()
JS
seen=$(node commit.mjs "$temp/socket")
echo "$seen"
[ "$seen" = 'COMMIT resolved with ROLLBACK; rows: 0' ]
