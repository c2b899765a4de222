import type { BitReader } from './bit-reader.ts'
import type { BitWriter } from './bit-writer.ts'
import { type Lane, put, take } from './lane.ts'

/**
 * Reading and writing up to eight lanes in a row, spelled out for each count.
 *
 * An engine remembers per place in the source which key was looked up in which kind of object; a place that meets
 * only one is five times as fast. A loop over the keys is one place for all of them. Here each key of a record has
 * a place of its own, shared only with the records of as many fields. `npm run bench -- wire` has both numbers.
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
        into[a.key] = take(a, word, reader)
      }
    case 2:
      return (reader, into) => {
        let word = reader.word(a.opens)
        into[a.key] = take(a, word, reader)
        if (b.opens !== 0) word = reader.word(b.opens)
        into[b.key] = take(b, word, reader)
      }
    case 3:
      return (reader, into) => {
        let word = reader.word(a.opens)
        into[a.key] = take(a, word, reader)
        if (b.opens !== 0) word = reader.word(b.opens)
        into[b.key] = take(b, word, reader)
        if (c.opens !== 0) word = reader.word(c.opens)
        into[c.key] = take(c, word, reader)
      }
    case 4:
      return (reader, into) => {
        let word = reader.word(a.opens)
        into[a.key] = take(a, word, reader)
        if (b.opens !== 0) word = reader.word(b.opens)
        into[b.key] = take(b, word, reader)
        if (c.opens !== 0) word = reader.word(c.opens)
        into[c.key] = take(c, word, reader)
        if (d.opens !== 0) word = reader.word(d.opens)
        into[d.key] = take(d, word, reader)
      }
    case 5:
      return (reader, into) => {
        let word = reader.word(a.opens)
        into[a.key] = take(a, word, reader)
        if (b.opens !== 0) word = reader.word(b.opens)
        into[b.key] = take(b, word, reader)
        if (c.opens !== 0) word = reader.word(c.opens)
        into[c.key] = take(c, word, reader)
        if (d.opens !== 0) word = reader.word(d.opens)
        into[d.key] = take(d, word, reader)
        if (e.opens !== 0) word = reader.word(e.opens)
        into[e.key] = take(e, word, reader)
      }
    case 6:
      return (reader, into) => {
        let word = reader.word(a.opens)
        into[a.key] = take(a, word, reader)
        if (b.opens !== 0) word = reader.word(b.opens)
        into[b.key] = take(b, word, reader)
        if (c.opens !== 0) word = reader.word(c.opens)
        into[c.key] = take(c, word, reader)
        if (d.opens !== 0) word = reader.word(d.opens)
        into[d.key] = take(d, word, reader)
        if (e.opens !== 0) word = reader.word(e.opens)
        into[e.key] = take(e, word, reader)
        if (f.opens !== 0) word = reader.word(f.opens)
        into[f.key] = take(f, word, reader)
      }
    case 7:
      return (reader, into) => {
        let word = reader.word(a.opens)
        into[a.key] = take(a, word, reader)
        if (b.opens !== 0) word = reader.word(b.opens)
        into[b.key] = take(b, word, reader)
        if (c.opens !== 0) word = reader.word(c.opens)
        into[c.key] = take(c, word, reader)
        if (d.opens !== 0) word = reader.word(d.opens)
        into[d.key] = take(d, word, reader)
        if (e.opens !== 0) word = reader.word(e.opens)
        into[e.key] = take(e, word, reader)
        if (f.opens !== 0) word = reader.word(f.opens)
        into[f.key] = take(f, word, reader)
        if (g.opens !== 0) word = reader.word(g.opens)
        into[g.key] = take(g, word, reader)
      }
    default:
      return (reader, into) => {
        let word = reader.word(a.opens)
        into[a.key] = take(a, word, reader)
        if (b.opens !== 0) word = reader.word(b.opens)
        into[b.key] = take(b, word, reader)
        if (c.opens !== 0) word = reader.word(c.opens)
        into[c.key] = take(c, word, reader)
        if (d.opens !== 0) word = reader.word(d.opens)
        into[d.key] = take(d, word, reader)
        if (e.opens !== 0) word = reader.word(e.opens)
        into[e.key] = take(e, word, reader)
        if (f.opens !== 0) word = reader.word(f.opens)
        into[f.key] = take(f, word, reader)
        if (g.opens !== 0) word = reader.word(g.opens)
        into[g.key] = take(g, word, reader)
        if (h.opens !== 0) word = reader.word(h.opens)
        into[h.key] = take(h, word, reader)
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
        put(a, from[a.key], 0, writer)
      }
    case 2:
      return (writer, from) => {
        const word = put(a, from[a.key], 0, writer)
        put(b, from[b.key], word, writer)
      }
    case 3:
      return (writer, from) => {
        let word = put(a, from[a.key], 0, writer)
        word = put(b, from[b.key], word, writer)
        put(c, from[c.key], word, writer)
      }
    case 4:
      return (writer, from) => {
        let word = put(a, from[a.key], 0, writer)
        word = put(b, from[b.key], word, writer)
        word = put(c, from[c.key], word, writer)
        put(d, from[d.key], word, writer)
      }
    case 5:
      return (writer, from) => {
        let word = put(a, from[a.key], 0, writer)
        word = put(b, from[b.key], word, writer)
        word = put(c, from[c.key], word, writer)
        word = put(d, from[d.key], word, writer)
        put(e, from[e.key], word, writer)
      }
    case 6:
      return (writer, from) => {
        let word = put(a, from[a.key], 0, writer)
        word = put(b, from[b.key], word, writer)
        word = put(c, from[c.key], word, writer)
        word = put(d, from[d.key], word, writer)
        word = put(e, from[e.key], word, writer)
        put(f, from[f.key], word, writer)
      }
    case 7:
      return (writer, from) => {
        let word = put(a, from[a.key], 0, writer)
        word = put(b, from[b.key], word, writer)
        word = put(c, from[c.key], word, writer)
        word = put(d, from[d.key], word, writer)
        word = put(e, from[e.key], word, writer)
        word = put(f, from[f.key], word, writer)
        put(g, from[g.key], word, writer)
      }
    default:
      return (writer, from) => {
        let word = put(a, from[a.key], 0, writer)
        word = put(b, from[b.key], word, writer)
        word = put(c, from[c.key], word, writer)
        word = put(d, from[d.key], word, writer)
        word = put(e, from[e.key], word, writer)
        word = put(f, from[f.key], word, writer)
        word = put(g, from[g.key], word, writer)
        put(h, from[h.key], word, writer)
      }
  }
}
