import type { BitReader } from '../bit/bit-reader.ts'
import { type Lane, take, takeNumber } from './lane.ts'

type Values = Record<string, unknown>
export type ReadLanes = (reader: BitReader, into?: Values) => Values

/** How many functions are given away. It decides how fast records are read, and nothing else. */
let given = 0

/** Makes what adds the values of lanes to an object: the same for all records. */
export function readShared(lanes: readonly Lane[]): ReadLanes {
  return (reader, into = {}) => {
    let word = 0
    for (let i = 0; i < lanes.length; i++) {
      word = wordOf(lanes[i], word, reader)
      into[lanes[i].key] = take(lanes[i], word, reader)
    }
    return into
  }
}

/**
 * Makes the same for lanes of a record that is read much, at most eight.
 *
 * An engine remembers per place in the source which key was stored into which kind of object. A place that meets only
 * one is several times as fast as one that meets two, and a loop over the keys is one place for all of them.
 * Generating a function for each record takes the right to evaluate text, which many pages do not give. So the same
 * function stands below many times, and whichever records are read much first have one each: those of a game's moving
 * things, while what is said once at the beginning takes none. `npm run bench -- wire` has the numbers.
 *
 * @returns undefined when all are given away, or there is nothing to read
 */
export function readOwn(lanes: readonly Lane[]): ReadLanes | undefined {
  return lanes.length > 0 && given < ownReaders.length ? ownReaders[given++](lanes) : undefined
}

/** Returns the word in which a lane lies: the one at hand, or the next one. */
function wordOf(lane: Lane, word: number, reader: BitReader): number {
  return lane.opens === 0 ? word : reader.word(lane.opens)
}

/** The same function again and again; a test holds them to be the same. */
export const ownReaders: readonly ((lanes: readonly Lane[]) => ReadLanes)[] = [
  ([a, b, c, d, e, f, g, h]) =>
    (reader, into = {}) => {
      let word = reader.word(a.opens)
      into[a.key] = a.isLine ? takeNumber(a, word, reader) : take(a, word, reader)
      if (b === undefined) return into
      word = wordOf(b, word, reader)
      into[b.key] = b.isLine ? takeNumber(b, word, reader) : take(b, word, reader)
      if (c === undefined) return into
      word = wordOf(c, word, reader)
      into[c.key] = c.isLine ? takeNumber(c, word, reader) : take(c, word, reader)
      if (d === undefined) return into
      word = wordOf(d, word, reader)
      into[d.key] = d.isLine ? takeNumber(d, word, reader) : take(d, word, reader)
      if (e === undefined) return into
      word = wordOf(e, word, reader)
      into[e.key] = e.isLine ? takeNumber(e, word, reader) : take(e, word, reader)
      if (f === undefined) return into
      word = wordOf(f, word, reader)
      into[f.key] = f.isLine ? takeNumber(f, word, reader) : take(f, word, reader)
      if (g === undefined) return into
      word = wordOf(g, word, reader)
      into[g.key] = g.isLine ? takeNumber(g, word, reader) : take(g, word, reader)
      if (h === undefined) return into
      word = wordOf(h, word, reader)
      into[h.key] = h.isLine ? takeNumber(h, word, reader) : take(h, word, reader)
      return into
    },
  ([a, b, c, d, e, f, g, h]) =>
    (reader, into = {}) => {
      let word = reader.word(a.opens)
      into[a.key] = a.isLine ? takeNumber(a, word, reader) : take(a, word, reader)
      if (b === undefined) return into
      word = wordOf(b, word, reader)
      into[b.key] = b.isLine ? takeNumber(b, word, reader) : take(b, word, reader)
      if (c === undefined) return into
      word = wordOf(c, word, reader)
      into[c.key] = c.isLine ? takeNumber(c, word, reader) : take(c, word, reader)
      if (d === undefined) return into
      word = wordOf(d, word, reader)
      into[d.key] = d.isLine ? takeNumber(d, word, reader) : take(d, word, reader)
      if (e === undefined) return into
      word = wordOf(e, word, reader)
      into[e.key] = e.isLine ? takeNumber(e, word, reader) : take(e, word, reader)
      if (f === undefined) return into
      word = wordOf(f, word, reader)
      into[f.key] = f.isLine ? takeNumber(f, word, reader) : take(f, word, reader)
      if (g === undefined) return into
      word = wordOf(g, word, reader)
      into[g.key] = g.isLine ? takeNumber(g, word, reader) : take(g, word, reader)
      if (h === undefined) return into
      word = wordOf(h, word, reader)
      into[h.key] = h.isLine ? takeNumber(h, word, reader) : take(h, word, reader)
      return into
    },
  ([a, b, c, d, e, f, g, h]) =>
    (reader, into = {}) => {
      let word = reader.word(a.opens)
      into[a.key] = a.isLine ? takeNumber(a, word, reader) : take(a, word, reader)
      if (b === undefined) return into
      word = wordOf(b, word, reader)
      into[b.key] = b.isLine ? takeNumber(b, word, reader) : take(b, word, reader)
      if (c === undefined) return into
      word = wordOf(c, word, reader)
      into[c.key] = c.isLine ? takeNumber(c, word, reader) : take(c, word, reader)
      if (d === undefined) return into
      word = wordOf(d, word, reader)
      into[d.key] = d.isLine ? takeNumber(d, word, reader) : take(d, word, reader)
      if (e === undefined) return into
      word = wordOf(e, word, reader)
      into[e.key] = e.isLine ? takeNumber(e, word, reader) : take(e, word, reader)
      if (f === undefined) return into
      word = wordOf(f, word, reader)
      into[f.key] = f.isLine ? takeNumber(f, word, reader) : take(f, word, reader)
      if (g === undefined) return into
      word = wordOf(g, word, reader)
      into[g.key] = g.isLine ? takeNumber(g, word, reader) : take(g, word, reader)
      if (h === undefined) return into
      word = wordOf(h, word, reader)
      into[h.key] = h.isLine ? takeNumber(h, word, reader) : take(h, word, reader)
      return into
    },
  ([a, b, c, d, e, f, g, h]) =>
    (reader, into = {}) => {
      let word = reader.word(a.opens)
      into[a.key] = a.isLine ? takeNumber(a, word, reader) : take(a, word, reader)
      if (b === undefined) return into
      word = wordOf(b, word, reader)
      into[b.key] = b.isLine ? takeNumber(b, word, reader) : take(b, word, reader)
      if (c === undefined) return into
      word = wordOf(c, word, reader)
      into[c.key] = c.isLine ? takeNumber(c, word, reader) : take(c, word, reader)
      if (d === undefined) return into
      word = wordOf(d, word, reader)
      into[d.key] = d.isLine ? takeNumber(d, word, reader) : take(d, word, reader)
      if (e === undefined) return into
      word = wordOf(e, word, reader)
      into[e.key] = e.isLine ? takeNumber(e, word, reader) : take(e, word, reader)
      if (f === undefined) return into
      word = wordOf(f, word, reader)
      into[f.key] = f.isLine ? takeNumber(f, word, reader) : take(f, word, reader)
      if (g === undefined) return into
      word = wordOf(g, word, reader)
      into[g.key] = g.isLine ? takeNumber(g, word, reader) : take(g, word, reader)
      if (h === undefined) return into
      word = wordOf(h, word, reader)
      into[h.key] = h.isLine ? takeNumber(h, word, reader) : take(h, word, reader)
      return into
    },
  ([a, b, c, d, e, f, g, h]) =>
    (reader, into = {}) => {
      let word = reader.word(a.opens)
      into[a.key] = a.isLine ? takeNumber(a, word, reader) : take(a, word, reader)
      if (b === undefined) return into
      word = wordOf(b, word, reader)
      into[b.key] = b.isLine ? takeNumber(b, word, reader) : take(b, word, reader)
      if (c === undefined) return into
      word = wordOf(c, word, reader)
      into[c.key] = c.isLine ? takeNumber(c, word, reader) : take(c, word, reader)
      if (d === undefined) return into
      word = wordOf(d, word, reader)
      into[d.key] = d.isLine ? takeNumber(d, word, reader) : take(d, word, reader)
      if (e === undefined) return into
      word = wordOf(e, word, reader)
      into[e.key] = e.isLine ? takeNumber(e, word, reader) : take(e, word, reader)
      if (f === undefined) return into
      word = wordOf(f, word, reader)
      into[f.key] = f.isLine ? takeNumber(f, word, reader) : take(f, word, reader)
      if (g === undefined) return into
      word = wordOf(g, word, reader)
      into[g.key] = g.isLine ? takeNumber(g, word, reader) : take(g, word, reader)
      if (h === undefined) return into
      word = wordOf(h, word, reader)
      into[h.key] = h.isLine ? takeNumber(h, word, reader) : take(h, word, reader)
      return into
    },
  ([a, b, c, d, e, f, g, h]) =>
    (reader, into = {}) => {
      let word = reader.word(a.opens)
      into[a.key] = a.isLine ? takeNumber(a, word, reader) : take(a, word, reader)
      if (b === undefined) return into
      word = wordOf(b, word, reader)
      into[b.key] = b.isLine ? takeNumber(b, word, reader) : take(b, word, reader)
      if (c === undefined) return into
      word = wordOf(c, word, reader)
      into[c.key] = c.isLine ? takeNumber(c, word, reader) : take(c, word, reader)
      if (d === undefined) return into
      word = wordOf(d, word, reader)
      into[d.key] = d.isLine ? takeNumber(d, word, reader) : take(d, word, reader)
      if (e === undefined) return into
      word = wordOf(e, word, reader)
      into[e.key] = e.isLine ? takeNumber(e, word, reader) : take(e, word, reader)
      if (f === undefined) return into
      word = wordOf(f, word, reader)
      into[f.key] = f.isLine ? takeNumber(f, word, reader) : take(f, word, reader)
      if (g === undefined) return into
      word = wordOf(g, word, reader)
      into[g.key] = g.isLine ? takeNumber(g, word, reader) : take(g, word, reader)
      if (h === undefined) return into
      word = wordOf(h, word, reader)
      into[h.key] = h.isLine ? takeNumber(h, word, reader) : take(h, word, reader)
      return into
    },
  ([a, b, c, d, e, f, g, h]) =>
    (reader, into = {}) => {
      let word = reader.word(a.opens)
      into[a.key] = a.isLine ? takeNumber(a, word, reader) : take(a, word, reader)
      if (b === undefined) return into
      word = wordOf(b, word, reader)
      into[b.key] = b.isLine ? takeNumber(b, word, reader) : take(b, word, reader)
      if (c === undefined) return into
      word = wordOf(c, word, reader)
      into[c.key] = c.isLine ? takeNumber(c, word, reader) : take(c, word, reader)
      if (d === undefined) return into
      word = wordOf(d, word, reader)
      into[d.key] = d.isLine ? takeNumber(d, word, reader) : take(d, word, reader)
      if (e === undefined) return into
      word = wordOf(e, word, reader)
      into[e.key] = e.isLine ? takeNumber(e, word, reader) : take(e, word, reader)
      if (f === undefined) return into
      word = wordOf(f, word, reader)
      into[f.key] = f.isLine ? takeNumber(f, word, reader) : take(f, word, reader)
      if (g === undefined) return into
      word = wordOf(g, word, reader)
      into[g.key] = g.isLine ? takeNumber(g, word, reader) : take(g, word, reader)
      if (h === undefined) return into
      word = wordOf(h, word, reader)
      into[h.key] = h.isLine ? takeNumber(h, word, reader) : take(h, word, reader)
      return into
    },
  ([a, b, c, d, e, f, g, h]) =>
    (reader, into = {}) => {
      let word = reader.word(a.opens)
      into[a.key] = a.isLine ? takeNumber(a, word, reader) : take(a, word, reader)
      if (b === undefined) return into
      word = wordOf(b, word, reader)
      into[b.key] = b.isLine ? takeNumber(b, word, reader) : take(b, word, reader)
      if (c === undefined) return into
      word = wordOf(c, word, reader)
      into[c.key] = c.isLine ? takeNumber(c, word, reader) : take(c, word, reader)
      if (d === undefined) return into
      word = wordOf(d, word, reader)
      into[d.key] = d.isLine ? takeNumber(d, word, reader) : take(d, word, reader)
      if (e === undefined) return into
      word = wordOf(e, word, reader)
      into[e.key] = e.isLine ? takeNumber(e, word, reader) : take(e, word, reader)
      if (f === undefined) return into
      word = wordOf(f, word, reader)
      into[f.key] = f.isLine ? takeNumber(f, word, reader) : take(f, word, reader)
      if (g === undefined) return into
      word = wordOf(g, word, reader)
      into[g.key] = g.isLine ? takeNumber(g, word, reader) : take(g, word, reader)
      if (h === undefined) return into
      word = wordOf(h, word, reader)
      into[h.key] = h.isLine ? takeNumber(h, word, reader) : take(h, word, reader)
      return into
    },
  ([a, b, c, d, e, f, g, h]) =>
    (reader, into = {}) => {
      let word = reader.word(a.opens)
      into[a.key] = a.isLine ? takeNumber(a, word, reader) : take(a, word, reader)
      if (b === undefined) return into
      word = wordOf(b, word, reader)
      into[b.key] = b.isLine ? takeNumber(b, word, reader) : take(b, word, reader)
      if (c === undefined) return into
      word = wordOf(c, word, reader)
      into[c.key] = c.isLine ? takeNumber(c, word, reader) : take(c, word, reader)
      if (d === undefined) return into
      word = wordOf(d, word, reader)
      into[d.key] = d.isLine ? takeNumber(d, word, reader) : take(d, word, reader)
      if (e === undefined) return into
      word = wordOf(e, word, reader)
      into[e.key] = e.isLine ? takeNumber(e, word, reader) : take(e, word, reader)
      if (f === undefined) return into
      word = wordOf(f, word, reader)
      into[f.key] = f.isLine ? takeNumber(f, word, reader) : take(f, word, reader)
      if (g === undefined) return into
      word = wordOf(g, word, reader)
      into[g.key] = g.isLine ? takeNumber(g, word, reader) : take(g, word, reader)
      if (h === undefined) return into
      word = wordOf(h, word, reader)
      into[h.key] = h.isLine ? takeNumber(h, word, reader) : take(h, word, reader)
      return into
    },
  ([a, b, c, d, e, f, g, h]) =>
    (reader, into = {}) => {
      let word = reader.word(a.opens)
      into[a.key] = a.isLine ? takeNumber(a, word, reader) : take(a, word, reader)
      if (b === undefined) return into
      word = wordOf(b, word, reader)
      into[b.key] = b.isLine ? takeNumber(b, word, reader) : take(b, word, reader)
      if (c === undefined) return into
      word = wordOf(c, word, reader)
      into[c.key] = c.isLine ? takeNumber(c, word, reader) : take(c, word, reader)
      if (d === undefined) return into
      word = wordOf(d, word, reader)
      into[d.key] = d.isLine ? takeNumber(d, word, reader) : take(d, word, reader)
      if (e === undefined) return into
      word = wordOf(e, word, reader)
      into[e.key] = e.isLine ? takeNumber(e, word, reader) : take(e, word, reader)
      if (f === undefined) return into
      word = wordOf(f, word, reader)
      into[f.key] = f.isLine ? takeNumber(f, word, reader) : take(f, word, reader)
      if (g === undefined) return into
      word = wordOf(g, word, reader)
      into[g.key] = g.isLine ? takeNumber(g, word, reader) : take(g, word, reader)
      if (h === undefined) return into
      word = wordOf(h, word, reader)
      into[h.key] = h.isLine ? takeNumber(h, word, reader) : take(h, word, reader)
      return into
    },
  ([a, b, c, d, e, f, g, h]) =>
    (reader, into = {}) => {
      let word = reader.word(a.opens)
      into[a.key] = a.isLine ? takeNumber(a, word, reader) : take(a, word, reader)
      if (b === undefined) return into
      word = wordOf(b, word, reader)
      into[b.key] = b.isLine ? takeNumber(b, word, reader) : take(b, word, reader)
      if (c === undefined) return into
      word = wordOf(c, word, reader)
      into[c.key] = c.isLine ? takeNumber(c, word, reader) : take(c, word, reader)
      if (d === undefined) return into
      word = wordOf(d, word, reader)
      into[d.key] = d.isLine ? takeNumber(d, word, reader) : take(d, word, reader)
      if (e === undefined) return into
      word = wordOf(e, word, reader)
      into[e.key] = e.isLine ? takeNumber(e, word, reader) : take(e, word, reader)
      if (f === undefined) return into
      word = wordOf(f, word, reader)
      into[f.key] = f.isLine ? takeNumber(f, word, reader) : take(f, word, reader)
      if (g === undefined) return into
      word = wordOf(g, word, reader)
      into[g.key] = g.isLine ? takeNumber(g, word, reader) : take(g, word, reader)
      if (h === undefined) return into
      word = wordOf(h, word, reader)
      into[h.key] = h.isLine ? takeNumber(h, word, reader) : take(h, word, reader)
      return into
    },
  ([a, b, c, d, e, f, g, h]) =>
    (reader, into = {}) => {
      let word = reader.word(a.opens)
      into[a.key] = a.isLine ? takeNumber(a, word, reader) : take(a, word, reader)
      if (b === undefined) return into
      word = wordOf(b, word, reader)
      into[b.key] = b.isLine ? takeNumber(b, word, reader) : take(b, word, reader)
      if (c === undefined) return into
      word = wordOf(c, word, reader)
      into[c.key] = c.isLine ? takeNumber(c, word, reader) : take(c, word, reader)
      if (d === undefined) return into
      word = wordOf(d, word, reader)
      into[d.key] = d.isLine ? takeNumber(d, word, reader) : take(d, word, reader)
      if (e === undefined) return into
      word = wordOf(e, word, reader)
      into[e.key] = e.isLine ? takeNumber(e, word, reader) : take(e, word, reader)
      if (f === undefined) return into
      word = wordOf(f, word, reader)
      into[f.key] = f.isLine ? takeNumber(f, word, reader) : take(f, word, reader)
      if (g === undefined) return into
      word = wordOf(g, word, reader)
      into[g.key] = g.isLine ? takeNumber(g, word, reader) : take(g, word, reader)
      if (h === undefined) return into
      word = wordOf(h, word, reader)
      into[h.key] = h.isLine ? takeNumber(h, word, reader) : take(h, word, reader)
      return into
    },
  ([a, b, c, d, e, f, g, h]) =>
    (reader, into = {}) => {
      let word = reader.word(a.opens)
      into[a.key] = a.isLine ? takeNumber(a, word, reader) : take(a, word, reader)
      if (b === undefined) return into
      word = wordOf(b, word, reader)
      into[b.key] = b.isLine ? takeNumber(b, word, reader) : take(b, word, reader)
      if (c === undefined) return into
      word = wordOf(c, word, reader)
      into[c.key] = c.isLine ? takeNumber(c, word, reader) : take(c, word, reader)
      if (d === undefined) return into
      word = wordOf(d, word, reader)
      into[d.key] = d.isLine ? takeNumber(d, word, reader) : take(d, word, reader)
      if (e === undefined) return into
      word = wordOf(e, word, reader)
      into[e.key] = e.isLine ? takeNumber(e, word, reader) : take(e, word, reader)
      if (f === undefined) return into
      word = wordOf(f, word, reader)
      into[f.key] = f.isLine ? takeNumber(f, word, reader) : take(f, word, reader)
      if (g === undefined) return into
      word = wordOf(g, word, reader)
      into[g.key] = g.isLine ? takeNumber(g, word, reader) : take(g, word, reader)
      if (h === undefined) return into
      word = wordOf(h, word, reader)
      into[h.key] = h.isLine ? takeNumber(h, word, reader) : take(h, word, reader)
      return into
    },
  ([a, b, c, d, e, f, g, h]) =>
    (reader, into = {}) => {
      let word = reader.word(a.opens)
      into[a.key] = a.isLine ? takeNumber(a, word, reader) : take(a, word, reader)
      if (b === undefined) return into
      word = wordOf(b, word, reader)
      into[b.key] = b.isLine ? takeNumber(b, word, reader) : take(b, word, reader)
      if (c === undefined) return into
      word = wordOf(c, word, reader)
      into[c.key] = c.isLine ? takeNumber(c, word, reader) : take(c, word, reader)
      if (d === undefined) return into
      word = wordOf(d, word, reader)
      into[d.key] = d.isLine ? takeNumber(d, word, reader) : take(d, word, reader)
      if (e === undefined) return into
      word = wordOf(e, word, reader)
      into[e.key] = e.isLine ? takeNumber(e, word, reader) : take(e, word, reader)
      if (f === undefined) return into
      word = wordOf(f, word, reader)
      into[f.key] = f.isLine ? takeNumber(f, word, reader) : take(f, word, reader)
      if (g === undefined) return into
      word = wordOf(g, word, reader)
      into[g.key] = g.isLine ? takeNumber(g, word, reader) : take(g, word, reader)
      if (h === undefined) return into
      word = wordOf(h, word, reader)
      into[h.key] = h.isLine ? takeNumber(h, word, reader) : take(h, word, reader)
      return into
    },
  ([a, b, c, d, e, f, g, h]) =>
    (reader, into = {}) => {
      let word = reader.word(a.opens)
      into[a.key] = a.isLine ? takeNumber(a, word, reader) : take(a, word, reader)
      if (b === undefined) return into
      word = wordOf(b, word, reader)
      into[b.key] = b.isLine ? takeNumber(b, word, reader) : take(b, word, reader)
      if (c === undefined) return into
      word = wordOf(c, word, reader)
      into[c.key] = c.isLine ? takeNumber(c, word, reader) : take(c, word, reader)
      if (d === undefined) return into
      word = wordOf(d, word, reader)
      into[d.key] = d.isLine ? takeNumber(d, word, reader) : take(d, word, reader)
      if (e === undefined) return into
      word = wordOf(e, word, reader)
      into[e.key] = e.isLine ? takeNumber(e, word, reader) : take(e, word, reader)
      if (f === undefined) return into
      word = wordOf(f, word, reader)
      into[f.key] = f.isLine ? takeNumber(f, word, reader) : take(f, word, reader)
      if (g === undefined) return into
      word = wordOf(g, word, reader)
      into[g.key] = g.isLine ? takeNumber(g, word, reader) : take(g, word, reader)
      if (h === undefined) return into
      word = wordOf(h, word, reader)
      into[h.key] = h.isLine ? takeNumber(h, word, reader) : take(h, word, reader)
      return into
    },
  ([a, b, c, d, e, f, g, h]) =>
    (reader, into = {}) => {
      let word = reader.word(a.opens)
      into[a.key] = a.isLine ? takeNumber(a, word, reader) : take(a, word, reader)
      if (b === undefined) return into
      word = wordOf(b, word, reader)
      into[b.key] = b.isLine ? takeNumber(b, word, reader) : take(b, word, reader)
      if (c === undefined) return into
      word = wordOf(c, word, reader)
      into[c.key] = c.isLine ? takeNumber(c, word, reader) : take(c, word, reader)
      if (d === undefined) return into
      word = wordOf(d, word, reader)
      into[d.key] = d.isLine ? takeNumber(d, word, reader) : take(d, word, reader)
      if (e === undefined) return into
      word = wordOf(e, word, reader)
      into[e.key] = e.isLine ? takeNumber(e, word, reader) : take(e, word, reader)
      if (f === undefined) return into
      word = wordOf(f, word, reader)
      into[f.key] = f.isLine ? takeNumber(f, word, reader) : take(f, word, reader)
      if (g === undefined) return into
      word = wordOf(g, word, reader)
      into[g.key] = g.isLine ? takeNumber(g, word, reader) : take(g, word, reader)
      if (h === undefined) return into
      word = wordOf(h, word, reader)
      into[h.key] = h.isLine ? takeNumber(h, word, reader) : take(h, word, reader)
      return into
    },
]
