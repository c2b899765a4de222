import type { BitReader } from './bit-reader.ts'
import type { BitWriter } from './bit-writer.ts'
import { type Lane, put, putNumber, take, takeNumber } from './lane.ts'

/**
 * Reading and writing up to eight lanes in a row, spelled out for each count.
 *
 * An engine remembers per place in the source which key was looked up in which kind of object; a place that meets
 * only one is five times as fast. A loop over the keys is one place for all of them. Here each key of a record has
 * a place of its own, shared only with the records of as many fields. `npm run bench -- wire` has both numbers.
 * Numbers have places apart from everything else, so that they need no box on the way.
 */
type Values = Record<string, unknown>
export type ReadLanes = (reader: BitReader, into: Values) => void
export type WriteLanes = (writer: BitWriter, from: Values) => void

export function readLanes(lanes: readonly Lane[]): ReadLanes {
  const [a, b, c, d, e, f, g, h] = lanes
  switch (lanes.length) {
    case 0:
      return () => {}
    case 1:
      return (reader, into) => {
        const word = reader.word(a.opens)
        if (a.isLine) into[a.key] = takeNumber(a, word, reader)
        else into[a.key] = take(a, word, reader)
      }
    case 2:
      return (reader, into) => {
        let word = reader.word(a.opens)
        if (a.isLine) into[a.key] = takeNumber(a, word, reader)
        else into[a.key] = take(a, word, reader)
        if (b.opens !== 0) word = reader.word(b.opens)
        if (b.isLine) into[b.key] = takeNumber(b, word, reader)
        else into[b.key] = take(b, word, reader)
      }
    case 3:
      return (reader, into) => {
        let word = reader.word(a.opens)
        if (a.isLine) into[a.key] = takeNumber(a, word, reader)
        else into[a.key] = take(a, word, reader)
        if (b.opens !== 0) word = reader.word(b.opens)
        if (b.isLine) into[b.key] = takeNumber(b, word, reader)
        else into[b.key] = take(b, word, reader)
        if (c.opens !== 0) word = reader.word(c.opens)
        if (c.isLine) into[c.key] = takeNumber(c, word, reader)
        else into[c.key] = take(c, word, reader)
      }
    case 4:
      return (reader, into) => {
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
      }
    case 5:
      return (reader, into) => {
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
      }
    case 6:
      return (reader, into) => {
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
      }
    case 7:
      return (reader, into) => {
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
      }
    default:
      return (reader, into) => {
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
      }
  }
}

export function writeLanes(lanes: readonly Lane[]): WriteLanes {
  const [a, b, c, d, e, f, g, h] = lanes
  switch (lanes.length) {
    case 0:
      return () => {}
    case 1:
      return (writer, from) => {
        if (a.isLine) putNumber(a, from[a.key], 0, writer)
        else put(a, from[a.key], 0, writer)
      }
    case 2:
      return (writer, from) => {
        let word = 0
        if (a.isLine) word = putNumber(a, from[a.key], 0, writer)
        else word = put(a, from[a.key], 0, writer)
        if (b.isLine) putNumber(b, from[b.key], word, writer)
        else put(b, from[b.key], word, writer)
      }
    case 3:
      return (writer, from) => {
        let word = 0
        if (a.isLine) word = putNumber(a, from[a.key], 0, writer)
        else word = put(a, from[a.key], 0, writer)
        if (b.isLine) word = putNumber(b, from[b.key], word, writer)
        else word = put(b, from[b.key], word, writer)
        if (c.isLine) putNumber(c, from[c.key], word, writer)
        else put(c, from[c.key], word, writer)
      }
    case 4:
      return (writer, from) => {
        let word = 0
        if (a.isLine) word = putNumber(a, from[a.key], 0, writer)
        else word = put(a, from[a.key], 0, writer)
        if (b.isLine) word = putNumber(b, from[b.key], word, writer)
        else word = put(b, from[b.key], word, writer)
        if (c.isLine) word = putNumber(c, from[c.key], word, writer)
        else word = put(c, from[c.key], word, writer)
        if (d.isLine) putNumber(d, from[d.key], word, writer)
        else put(d, from[d.key], word, writer)
      }
    case 5:
      return (writer, from) => {
        let word = 0
        if (a.isLine) word = putNumber(a, from[a.key], 0, writer)
        else word = put(a, from[a.key], 0, writer)
        if (b.isLine) word = putNumber(b, from[b.key], word, writer)
        else word = put(b, from[b.key], word, writer)
        if (c.isLine) word = putNumber(c, from[c.key], word, writer)
        else word = put(c, from[c.key], word, writer)
        if (d.isLine) word = putNumber(d, from[d.key], word, writer)
        else word = put(d, from[d.key], word, writer)
        if (e.isLine) putNumber(e, from[e.key], word, writer)
        else put(e, from[e.key], word, writer)
      }
    case 6:
      return (writer, from) => {
        let word = 0
        if (a.isLine) word = putNumber(a, from[a.key], 0, writer)
        else word = put(a, from[a.key], 0, writer)
        if (b.isLine) word = putNumber(b, from[b.key], word, writer)
        else word = put(b, from[b.key], word, writer)
        if (c.isLine) word = putNumber(c, from[c.key], word, writer)
        else word = put(c, from[c.key], word, writer)
        if (d.isLine) word = putNumber(d, from[d.key], word, writer)
        else word = put(d, from[d.key], word, writer)
        if (e.isLine) word = putNumber(e, from[e.key], word, writer)
        else word = put(e, from[e.key], word, writer)
        if (f.isLine) putNumber(f, from[f.key], word, writer)
        else put(f, from[f.key], word, writer)
      }
    case 7:
      return (writer, from) => {
        let word = 0
        if (a.isLine) word = putNumber(a, from[a.key], 0, writer)
        else word = put(a, from[a.key], 0, writer)
        if (b.isLine) word = putNumber(b, from[b.key], word, writer)
        else word = put(b, from[b.key], word, writer)
        if (c.isLine) word = putNumber(c, from[c.key], word, writer)
        else word = put(c, from[c.key], word, writer)
        if (d.isLine) word = putNumber(d, from[d.key], word, writer)
        else word = put(d, from[d.key], word, writer)
        if (e.isLine) word = putNumber(e, from[e.key], word, writer)
        else word = put(e, from[e.key], word, writer)
        if (f.isLine) word = putNumber(f, from[f.key], word, writer)
        else word = put(f, from[f.key], word, writer)
        if (g.isLine) putNumber(g, from[g.key], word, writer)
        else put(g, from[g.key], word, writer)
      }
    default:
      return (writer, from) => {
        let word = 0
        if (a.isLine) word = putNumber(a, from[a.key], 0, writer)
        else word = put(a, from[a.key], 0, writer)
        if (b.isLine) word = putNumber(b, from[b.key], word, writer)
        else word = put(b, from[b.key], word, writer)
        if (c.isLine) word = putNumber(c, from[c.key], word, writer)
        else word = put(c, from[c.key], word, writer)
        if (d.isLine) word = putNumber(d, from[d.key], word, writer)
        else word = put(d, from[d.key], word, writer)
        if (e.isLine) word = putNumber(e, from[e.key], word, writer)
        else word = put(e, from[e.key], word, writer)
        if (f.isLine) word = putNumber(f, from[f.key], word, writer)
        else word = put(f, from[f.key], word, writer)
        if (g.isLine) word = putNumber(g, from[g.key], word, writer)
        else word = put(g, from[g.key], word, writer)
        if (h.isLine) putNumber(h, from[h.key], word, writer)
        else put(h, from[h.key], word, writer)
      }
  }
}
