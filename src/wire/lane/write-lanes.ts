import type { BitWriter } from '../bit/bit-writer.ts'
import { append, type Lane, laneUnits, put } from './lane.ts'

/**
 * Writes up to eight lanes in a row, spelled out for each count, so that each key of a record is looked up at a
 * place of its own: see read-lanes.ts.
 */
type Values = Record<string, unknown>
type WriteLanes = (writer: BitWriter, from: Values) => void

/** Makes what writes the first lanes of a record, at most eight. */
export function writeFirst(lanes: readonly Lane[]): WriteLanes {
  const [a, b, c, d, e, f, g, h] = lanes
  switch (lanes.length) {
    case 0:
      return () => {}
    case 1:
      return (writer, from) => {
        if (a.isLine) append(a, laneUnits(a, from[a.key]), 0, writer)
        else put(a, from[a.key], 0, writer)
      }
    case 2:
      return (writer, from) => {
        let word = 0
        if (a.isLine) word = append(a, laneUnits(a, from[a.key]), 0, writer)
        else word = put(a, from[a.key], 0, writer)
        if (b.isLine) append(b, laneUnits(b, from[b.key]), word, writer)
        else put(b, from[b.key], word, writer)
      }
    case 3:
      return (writer, from) => {
        let word = 0
        if (a.isLine) word = append(a, laneUnits(a, from[a.key]), 0, writer)
        else word = put(a, from[a.key], 0, writer)
        if (b.isLine) word = append(b, laneUnits(b, from[b.key]), word, writer)
        else word = put(b, from[b.key], word, writer)
        if (c.isLine) append(c, laneUnits(c, from[c.key]), word, writer)
        else put(c, from[c.key], word, writer)
      }
    case 4:
      return (writer, from) => {
        let word = 0
        if (a.isLine) word = append(a, laneUnits(a, from[a.key]), 0, writer)
        else word = put(a, from[a.key], 0, writer)
        if (b.isLine) word = append(b, laneUnits(b, from[b.key]), word, writer)
        else word = put(b, from[b.key], word, writer)
        if (c.isLine) word = append(c, laneUnits(c, from[c.key]), word, writer)
        else word = put(c, from[c.key], word, writer)
        if (d.isLine) append(d, laneUnits(d, from[d.key]), word, writer)
        else put(d, from[d.key], word, writer)
      }
    case 5:
      return (writer, from) => {
        let word = 0
        if (a.isLine) word = append(a, laneUnits(a, from[a.key]), 0, writer)
        else word = put(a, from[a.key], 0, writer)
        if (b.isLine) word = append(b, laneUnits(b, from[b.key]), word, writer)
        else word = put(b, from[b.key], word, writer)
        if (c.isLine) word = append(c, laneUnits(c, from[c.key]), word, writer)
        else word = put(c, from[c.key], word, writer)
        if (d.isLine) word = append(d, laneUnits(d, from[d.key]), word, writer)
        else word = put(d, from[d.key], word, writer)
        if (e.isLine) append(e, laneUnits(e, from[e.key]), word, writer)
        else put(e, from[e.key], word, writer)
      }
    case 6:
      return (writer, from) => {
        let word = 0
        if (a.isLine) word = append(a, laneUnits(a, from[a.key]), 0, writer)
        else word = put(a, from[a.key], 0, writer)
        if (b.isLine) word = append(b, laneUnits(b, from[b.key]), word, writer)
        else word = put(b, from[b.key], word, writer)
        if (c.isLine) word = append(c, laneUnits(c, from[c.key]), word, writer)
        else word = put(c, from[c.key], word, writer)
        if (d.isLine) word = append(d, laneUnits(d, from[d.key]), word, writer)
        else word = put(d, from[d.key], word, writer)
        if (e.isLine) word = append(e, laneUnits(e, from[e.key]), word, writer)
        else word = put(e, from[e.key], word, writer)
        if (f.isLine) append(f, laneUnits(f, from[f.key]), word, writer)
        else put(f, from[f.key], word, writer)
      }
    case 7:
      return (writer, from) => {
        let word = 0
        if (a.isLine) word = append(a, laneUnits(a, from[a.key]), 0, writer)
        else word = put(a, from[a.key], 0, writer)
        if (b.isLine) word = append(b, laneUnits(b, from[b.key]), word, writer)
        else word = put(b, from[b.key], word, writer)
        if (c.isLine) word = append(c, laneUnits(c, from[c.key]), word, writer)
        else word = put(c, from[c.key], word, writer)
        if (d.isLine) word = append(d, laneUnits(d, from[d.key]), word, writer)
        else word = put(d, from[d.key], word, writer)
        if (e.isLine) word = append(e, laneUnits(e, from[e.key]), word, writer)
        else word = put(e, from[e.key], word, writer)
        if (f.isLine) word = append(f, laneUnits(f, from[f.key]), word, writer)
        else word = put(f, from[f.key], word, writer)
        if (g.isLine) append(g, laneUnits(g, from[g.key]), word, writer)
        else put(g, from[g.key], word, writer)
      }
    default:
      return (writer, from) => {
        let word = 0
        if (a.isLine) word = append(a, laneUnits(a, from[a.key]), 0, writer)
        else word = put(a, from[a.key], 0, writer)
        if (b.isLine) word = append(b, laneUnits(b, from[b.key]), word, writer)
        else word = put(b, from[b.key], word, writer)
        if (c.isLine) word = append(c, laneUnits(c, from[c.key]), word, writer)
        else word = put(c, from[c.key], word, writer)
        if (d.isLine) word = append(d, laneUnits(d, from[d.key]), word, writer)
        else word = put(d, from[d.key], word, writer)
        if (e.isLine) word = append(e, laneUnits(e, from[e.key]), word, writer)
        else word = put(e, from[e.key], word, writer)
        if (f.isLine) word = append(f, laneUnits(f, from[f.key]), word, writer)
        else word = put(f, from[f.key], word, writer)
        if (g.isLine) word = append(g, laneUnits(g, from[g.key]), word, writer)
        else word = put(g, from[g.key], word, writer)
        if (h.isLine) append(h, laneUnits(h, from[h.key]), word, writer)
        else put(h, from[h.key], word, writer)
      }
  }
}

/** Makes what writes further lanes of a record, at most eight. */
export function writeRest(lanes: readonly Lane[]): WriteLanes {
  const [a, b, c, d, e, f, g, h] = lanes
  return (writer, from) => {
    let word = 0
    if (a.isLine) word = append(a, laneUnits(a, from[a.key]), 0, writer)
    else word = put(a, from[a.key], 0, writer)
    if (b === undefined) return
    if (b.isLine) word = append(b, laneUnits(b, from[b.key]), word, writer)
    else word = put(b, from[b.key], word, writer)
    if (c === undefined) return
    if (c.isLine) word = append(c, laneUnits(c, from[c.key]), word, writer)
    else word = put(c, from[c.key], word, writer)
    if (d === undefined) return
    if (d.isLine) word = append(d, laneUnits(d, from[d.key]), word, writer)
    else word = put(d, from[d.key], word, writer)
    if (e === undefined) return
    if (e.isLine) word = append(e, laneUnits(e, from[e.key]), word, writer)
    else word = put(e, from[e.key], word, writer)
    if (f === undefined) return
    if (f.isLine) word = append(f, laneUnits(f, from[f.key]), word, writer)
    else word = put(f, from[f.key], word, writer)
    if (g === undefined) return
    if (g.isLine) word = append(g, laneUnits(g, from[g.key]), word, writer)
    else word = put(g, from[g.key], word, writer)
    if (h === undefined) return
    if (h.isLine) append(h, laneUnits(h, from[h.key]), word, writer)
    else put(h, from[h.key], word, writer)
  }
}
