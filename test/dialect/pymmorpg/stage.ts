import { adapter } from '../../../docs/examples/text-dialect/dialect.ts'
import { village } from '../../../docs/examples/text-dialect/game.ts'
import { type PymmorpgAdapter, pymmorpgDialect } from '../../../src/dialect/pymmorpg/index.ts'
import type { PickleValue } from '../../../src/pickle/index.ts'
import { defineServer, Sorry } from '../../../src/server/index.ts'
import { DialectStage, type StageLink } from '../dialect-stage.ts'
import { PickleClient } from './pickle-client.ts'

/** The village as the tests' clients see it: moods, and one command more. */
export const villageAdapter: PymmorpgAdapter<typeof village> = {
  ...adapter,
  visual: ({ mood }) => BigInt(Number(mood)),
  attribute: ({ kind }, name) => (name === 'kind' ? kind : undefined),
  edits: { shout: ([words]) => ({ request: 'say', body: { text: String(words).toUpperCase() } }) },
}

const definition = defineServer(village, {
  name: 'Green',
  join: ({ world, player: { name } }) =>
    world.spawn('villager', { position: { x: 128, y: 128 }, mood: 5, name }),
  requests: {
    say({ world, player, ask: { text } }) {
      if (text === 'nonsense' || !player.entity) throw new Sorry('Speak up.')
      world.tell('said', { who: player.entity.id, text }, { everyone: true })
      return { heardBy: world.players.size }
    },
  },
})

/** A village in virtual time, and PYMMORPG clients. */
export class PickleStage extends DialectStage<PickleClient> {
  constructor() {
    super(definition, pymmorpgDialect(villageAdapter), (send) => new PickleClient(send))
  }

  /** Connects, and comes in as a guest. */
  join(name: string): { readonly client: PickleClient; readonly link: StageLink } {
    const peer = this.connect()
    peer.client.ask(['login', name, ''])
    this.run(200)
    return peer
  }

  /** Asks, and waits for the reply. */
  ask(client: PickleClient, ...items: readonly PickleValue[]): PickleValue[] | undefined {
    const before = client.replies.length
    client.ask(items)
    for (let ms = 0; ms < 1000 && client.replies.length === before; ms += 10) this.run(10)
    return client.replies[before]
  }
}
