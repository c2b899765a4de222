/** What the types promise somebody who writes a browser client. Never run, only checked. */
import { type Client, connect } from 'shardless/client'
import { meadow } from './game.js'

export async function play(canvas: HTMLCanvasElement): Promise<Client<typeof meadow>> {
  const client = await connect(meadow, 'ws://localhost:4000', { name: canvas.id })
  client.command({ east: 1, north: 0 })
  // @ts-expect-error  there is no such event
  client.on('roared', () => {})
  for (const sheep of client.entities('sheep')) canvas.title = `${sheep.name} at ${sheep.position.x}`
  const { heardBy } = await client.ask('bleat', {})
  canvas.width = heardBy
  return client
}
