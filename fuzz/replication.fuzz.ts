import { readdirSync, readFileSync } from 'node:fs'
import { Desk, digest, firstMismatch, PacketWriter, Replica, View } from '../src/replication/index.ts'
import { game } from '../test/see/history/game.ts'

/** Small, so that inputs reach it. */
const CHUNKS_MAX = 16

const corpus = new URL('./corpus/replication/', import.meta.url)

export const seeds: Uint8Array[] = readdirSync(corpus)
  .filter((file) => file.endsWith('.hex'))
  .map((file) => Uint8Array.from(Buffer.from(readFileSync(new URL(file, corpus), 'utf8').trim(), 'hex')))

const nobody = { entered() {}, changed() {}, moved() {}, left() {} }

/**
 * Feeds packets of state into a replica: for each a byte of ticks passed, two bytes of length, the bytes. Nothing
 * is thrown, the replica stays within its limits, and as long as the packets make sense it can be followed: another
 * replica is told of it, finds sense in all it is told, and holds the same state.
 */
export function fuzz(input: Uint8Array): void {
  const first = new Replica(game, nobody, { chunksMax: CHUNKS_MAX })
  const desk = new Desk(first)
  const view = new View(desk)
  const second = new Replica(game, nobody)
  const packet = new PacketWriter(65_536)
  let tick = 1
  for (let at = 0; at + 3 <= input.length; ) {
    const length = Math.min(input[at + 1] | (input[at + 2] << 8), input.length - at - 3)
    tick += Math.max(1, input[at])
    const verdict = first.receive(tick, input.subarray(at + 3, at + 3 + length))
    at += 3 + length
    const { chunks } = first.ledger.sizes
    if (chunks > CHUNKS_MAX) throw new Error(`${chunks} chunks are held`)
    if (first.present.size > CHUNKS_MAX * 32) throw new Error(`${first.present.size} entities are held`)
    if (verdict === 'broken') {
      empty(first)
      return
    }
    for (const key of first.followed) view.follow(key)
    for (const key of view.extras) if (!first.followed.has(key)) view.unfollow(key)
    desk.begin(tick)
    packet.length = 0
    view.write(packet)
    const told = second.receive(tick, packet.finish())
    if (told !== 'applied') throw new Error(`what was told on is ${told}`)
  }
  for (let round = 0; round < 100 && tick < 2 ** 30; round++) {
    desk.begin((tick += 20))
    packet.length = 0
    if (view.write(packet) === 0) break
    if (second.receive(tick, packet.finish()) !== 'applied') throw new Error('the rest is not applied')
  }
  for (const key of second.followed)
    if (first.followed.has(key) && digest(first.ledger, key) !== digest(second.ledger, key))
      throw new Error(firstMismatch(first.ledger, second.ledger, key))
  empty(first)
}

function empty(replica: Replica): void {
  replica.clear()
  if (replica.present.size > 0 || replica.ledger.sizes.chunks > 0) throw new Error('something is left')
}
