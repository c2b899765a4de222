/** What the types promise somebody who writes a browser client. Never run, only checked. */
import { defineGame, entity, integer, motion, record } from 'shardless'
import { type Client, connect } from 'shardless/client'

const count = integer({ min: 0, max: 100 })

const meadow = defineGame({
  name: 'meadow',
  version: '1',
  ticksPerSecond: 20,
  map: { width: 64, height: 64, cellSize: 32 },
  player: 'sheep',
  entities: { sheep: entity({ position: motion({ tolerance: 1 / 32, speedMax: 8 }), wool: count }) },
  command: record({ east: integer({ min: -1, max: 1 }) }),
  events: { bleated: record({ loudness: count }) },
  requests: { bleat: { ask: record({}), reply: record({ heardBy: count }) } },
  step() {},
})

export async function play(canvas: HTMLCanvasElement): Promise<Client<typeof meadow>> {
  const client = await connect(meadow, 'ws://localhost:4000', { name: canvas.id })
  client.command({ east: 1 })
  // @ts-expect-error  there is no such event
  client.on('roared', () => {})
  client.on('bleated', ({ loudness }) => {
    canvas.width = loudness
  })
  for (const sheep of client.entities('sheep')) canvas.title = `${sheep.wool} at ${sheep.position.x}`
  const { heardBy } = await client.ask('bleat', {})
  canvas.height = heardBy
  return client
}
