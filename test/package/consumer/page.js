/** The same in a browser: bundled, opened, and told by the page's address where the server is. */
import { connect } from 'shardless/client'
import { decode, encode, integer, record, vector2 } from 'shardless/wire'
import { meadow } from './game.js'

const mover = record({
  at: vector2({ min: 0, max: 64, step: 1 / 64 }),
  health: integer({ min: 0, max: 100 }),
})

async function visit() {
  const bytes = encode(mover, { at: { x: 3.5, y: 60.25 }, health: 88 })
  const client = await connect(meadow, new URLSearchParams(location.search).get('server'), { name: 'Shaun' })
  while (client.me === undefined) await new Promise(requestAnimationFrame)
  const { heardBy } = await client.ask('bleat', {})
  const name = client.me.name
  client.close()
  return { mover: decode(mover, bytes), name, heardBy }
}

globalThis.visited = visit()
