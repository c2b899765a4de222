/** Serves the haunted house: what `npm start -- haunted` runs. `HUNT_SECONDS` and `FILL_TO` change how rooms open. */
import { randomBytes } from 'node:crypto'
import { loadMap } from 'shardless/server'
import { dialectsOf } from './dialects.ts'
import { hauntedServer } from './game/server.ts'

const number = (name: string): number | undefined =>
  process.env[name] === undefined ? undefined : Number(process.env[name])

const huntSeconds = number('HUNT_SECONDS')
const fillTo = number('FILL_TO')

const map = loadMap(new URL('./map/house.tmj', import.meta.url))

export const house = hauntedServer({
  house: map,
  newTicket: () => randomBytes(16).toString('hex'),
  rules: { ...(huntSeconds !== undefined && { huntSeconds }), ...(fillTo !== undefined && { fillTo }) },
  web: new URL('./build/', import.meta.url),
})

export const dialects = dialectsOf(map, house.matchOf)

export default house.definition
