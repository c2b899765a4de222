/** Helps tests visit a house: one of short hunts, with players who are asked for by name. */
import { loadMap } from 'shardless/server'
import type { Rules } from './game/haunted.ts'
import { type HauntedServer, hauntedServer } from './game/server.ts'

export const houseMap = loadMap(new URL('./map/house.tmj', import.meta.url))

export function newHouse(rules: Partial<Rules> = {}, options: { readonly web?: URL } = {}): HauntedServer {
  let tickets = 0
  return hauntedServer({
    house: houseMap,
    newTicket: () => `ticket-${++tickets}`,
    keptSeconds: 10,
    rules: { huntSeconds: 20, headStartSeconds: 0, fillTo: 0, ...rules },
    ...options,
  })
}

/** A dark place in a room of the west wing, one in the light of the hall, and one there to look from; metres. */
export const places = {
  dark: { x: 8, y: 37 },
  darkToo: { x: 11, y: 30 },
  light: { x: 58, y: 22 },
  lookout: { x: 62, y: 18 },
} as const
