import type { BitReader } from '../bit/bit-reader.ts'
import { type Lane, take, takeNumber } from './lane.ts'

/**
 * Reads up to eight lanes in a row into a new object, spelled out for each count.
 *
 * An engine remembers per place in the source which key was stored into which kind of object, and a place that meets
 * only one is several times as fast. A loop over the keys is one place for all of them. Here each key of a record has
 * a place of its own, shared only with the records of as many fields; numbers have places apart from everything
 * else, so that they need no box on the way. `npm run bench -- wire` has the numbers, alone and among others.
 */
type Values = Record<string, unknown>

/** Makes what builds the object from the first lanes, at most eight. */
export function readFirst(lanes: readonly Lane[]): (reader: BitReader) => Values {
  const [a, b, c, d, e, f, g, h] = lanes
  switch (lanes.length) {
    case 0:
      return () => ({})
    case 1:
      return (reader) => {
        const into: Values = {}
        const word = reader.word(a.opens)
        if (a.isLine) into[a.key] = takeNumber(a, word, reader)
        else into[a.key] = take(a, word, reader)
        return into
      }
    case 2:
      return (reader) => {
        const into: Values = {}
        let word = reader.word(a.opens)
        if (a.isLine) into[a.key] = takeNumber(a, word, reader)
        else into[a.key] = take(a, word, reader)
        if (b.opens !== 0) word = reader.word(b.opens)
        if (b.isLine) into[b.key] = takeNumber(b, word, reader)
        else into[b.key] = take(b, word, reader)
        return into
      }
    case 3:
      return (reader) => {
        const into: Values = {}
        let word = reader.word(a.opens)
        if (a.isLine) into[a.key] = takeNumber(a, word, reader)
        else into[a.key] = take(a, word, reader)
        if (b.opens !== 0) word = reader.word(b.opens)
        if (b.isLine) into[b.key] = takeNumber(b, word, reader)
        else into[b.key] = take(b, word, reader)
        if (c.opens !== 0) word = reader.word(c.opens)
        if (c.isLine) into[c.key] = takeNumber(c, word, reader)
        else into[c.key] = take(c, word, reader)
        return into
      }
    case 4:
      return (reader) => {
        const into: Values = {}
        let word = reader.word(a.opens)
        if (a.isLine) into[a.key] = takeNumber(a, word, reader)
        else into[a.key] = take(a, word, reader)
        if (b.opens !== 0) word = reader.word(b.opens)
        if (b.isLine) into[b.key] = takeNumber(b, word, reader)
        else into[b.key] = take(b, word, reader)
        if (c.opens !== 0) word = reader.word(c.opens)
        if (c.isLine) into[c.key] = takeNumber(c, word, reader)
        else into[c.key] = take(c, word, reader)
        if (d.opens !== 0) word = reader.word(d.opens)
        if (d.isLine) into[d.key] = takeNumber(d, word, reader)
        else into[d.key] = take(d, word, reader)
        return into
      }
    case 5:
      return (reader) => {
        const into: Values = {}
        let word = reader.word(a.opens)
        if (a.isLine) into[a.key] = takeNumber(a, word, reader)
        else into[a.key] = take(a, word, reader)
        if (b.opens !== 0) word = reader.word(b.opens)
        if (b.isLine) into[b.key] = takeNumber(b, word, reader)
        else into[b.key] = take(b, word, reader)
        if (c.opens !== 0) word = reader.word(c.opens)
        if (c.isLine) into[c.key] = takeNumber(c, word, reader)
        else into[c.key] = take(c, word, reader)
        if (d.opens !== 0) word = reader.word(d.opens)
        if (d.isLine) into[d.key] = takeNumber(d, word, reader)
        else into[d.key] = take(d, word, reader)
        if (e.opens !== 0) word = reader.word(e.opens)
        if (e.isLine) into[e.key] = takeNumber(e, word, reader)
        else into[e.key] = take(e, word, reader)
        return into
      }
    case 6:
      return (reader) => {
        const into: Values = {}
        let word = reader.word(a.opens)
        if (a.isLine) into[a.key] = takeNumber(a, word, reader)
        else into[a.key] = take(a, word, reader)
        if (b.opens !== 0) word = reader.word(b.opens)
        if (b.isLine) into[b.key] = takeNumber(b, word, reader)
        else into[b.key] = take(b, word, reader)
        if (c.opens !== 0) word = reader.word(c.opens)
        if (c.isLine) into[c.key] = takeNumber(c, word, reader)
        else into[c.key] = take(c, word, reader)
        if (d.opens !== 0) word = reader.word(d.opens)
        if (d.isLine) into[d.key] = takeNumber(d, word, reader)
        else into[d.key] = take(d, word, reader)
        if (e.opens !== 0) word = reader.word(e.opens)
        if (e.isLine) into[e.key] = takeNumber(e, word, reader)
        else into[e.key] = take(e, word, reader)
        if (f.opens !== 0) word = reader.word(f.opens)
        if (f.isLine) into[f.key] = takeNumber(f, word, reader)
        else into[f.key] = take(f, word, reader)
        return into
      }
    case 7:
      return (reader) => {
        const into: Values = {}
        let word = reader.word(a.opens)
        if (a.isLine) into[a.key] = takeNumber(a, word, reader)
        else into[a.key] = take(a, word, reader)
        if (b.opens !== 0) word = reader.word(b.opens)
        if (b.isLine) into[b.key] = takeNumber(b, word, reader)
        else into[b.key] = take(b, word, reader)
        if (c.opens !== 0) word = reader.word(c.opens)
        if (c.isLine) into[c.key] = takeNumber(c, word, reader)
        else into[c.key] = take(c, word, reader)
        if (d.opens !== 0) word = reader.word(d.opens)
        if (d.isLine) into[d.key] = takeNumber(d, word, reader)
        else into[d.key] = take(d, word, reader)
        if (e.opens !== 0) word = reader.word(e.opens)
        if (e.isLine) into[e.key] = takeNumber(e, word, reader)
        else into[e.key] = take(e, word, reader)
        if (f.opens !== 0) word = reader.word(f.opens)
        if (f.isLine) into[f.key] = takeNumber(f, word, reader)
        else into[f.key] = take(f, word, reader)
        if (g.opens !== 0) word = reader.word(g.opens)
        if (g.isLine) into[g.key] = takeNumber(g, word, reader)
        else into[g.key] = take(g, word, reader)
        return into
      }
    default:
      return (reader) => {
        const into: Values = {}
        let word = reader.word(a.opens)
        if (a.isLine) into[a.key] = takeNumber(a, word, reader)
        else into[a.key] = take(a, word, reader)
        if (b.opens !== 0) word = reader.word(b.opens)
        if (b.isLine) into[b.key] = takeNumber(b, word, reader)
        else into[b.key] = take(b, word, reader)
        if (c.opens !== 0) word = reader.word(c.opens)
        if (c.isLine) into[c.key] = takeNumber(c, word, reader)
        else into[c.key] = take(c, word, reader)
        if (d.opens !== 0) word = reader.word(d.opens)
        if (d.isLine) into[d.key] = takeNumber(d, word, reader)
        else into[d.key] = take(d, word, reader)
        if (e.opens !== 0) word = reader.word(e.opens)
        if (e.isLine) into[e.key] = takeNumber(e, word, reader)
        else into[e.key] = take(e, word, reader)
        if (f.opens !== 0) word = reader.word(f.opens)
        if (f.isLine) into[f.key] = takeNumber(f, word, reader)
        else into[f.key] = take(f, word, reader)
        if (g.opens !== 0) word = reader.word(g.opens)
        if (g.isLine) into[g.key] = takeNumber(g, word, reader)
        else into[g.key] = take(g, word, reader)
        if (h.opens !== 0) word = reader.word(h.opens)
        if (h.isLine) into[h.key] = takeNumber(h, word, reader)
        else into[h.key] = take(h, word, reader)
        return into
      }
  }
}

/** Makes what adds the values of further lanes, at most eight. */
export function readRest(lanes: readonly Lane[]): (reader: BitReader, into: Values) => void {
  const [a, b, c, d, e, f, g, h] = lanes
  return (reader, into) => {
    let word = reader.word(a.opens)
    if (a.isLine) into[a.key] = takeNumber(a, word, reader)
    else into[a.key] = take(a, word, reader)
    if (b === undefined) return
    if (b.opens !== 0) word = reader.word(b.opens)
    if (b.isLine) into[b.key] = takeNumber(b, word, reader)
    else into[b.key] = take(b, word, reader)
    if (c === undefined) return
    if (c.opens !== 0) word = reader.word(c.opens)
    if (c.isLine) into[c.key] = takeNumber(c, word, reader)
    else into[c.key] = take(c, word, reader)
    if (d === undefined) return
    if (d.opens !== 0) word = reader.word(d.opens)
    if (d.isLine) into[d.key] = takeNumber(d, word, reader)
    else into[d.key] = take(d, word, reader)
    if (e === undefined) return
    if (e.opens !== 0) word = reader.word(e.opens)
    if (e.isLine) into[e.key] = takeNumber(e, word, reader)
    else into[e.key] = take(e, word, reader)
    if (f === undefined) return
    if (f.opens !== 0) word = reader.word(f.opens)
    if (f.isLine) into[f.key] = takeNumber(f, word, reader)
    else into[f.key] = take(f, word, reader)
    if (g === undefined) return
    if (g.opens !== 0) word = reader.word(g.opens)
    if (g.isLine) into[g.key] = takeNumber(g, word, reader)
    else into[g.key] = take(g, word, reader)
    if (h === undefined) return
    if (h.opens !== 0) word = reader.word(h.opens)
    if (h.isLine) into[h.key] = takeNumber(h, word, reader)
    else into[h.key] = take(h, word, reader)
  }
}
