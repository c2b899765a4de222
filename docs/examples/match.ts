/** A lobby with two teams: when its countdown has passed, an arena opens for those who are in. */
import {
  defineGame,
  type EntityOf,
  emptyMap,
  entity,
  integer,
  Lobby,
  lobbyParts,
  lobbyRequests,
  type Member,
  motion,
  type Realm,
  record,
  type World,
} from 'shardless'
import { defineServer, type ServerDefinition, Sorry } from 'shardless/server'

const axis = integer({ min: -1, max: 1 })

export const match = defineGame({
  name: 'match',
  version: '1',
  map: { width: 128, height: 128, cellSize: 32 },
  player: 'fighter',
  entities: {
    fighter: entity({
      position: motion({ tolerance: 1 / 32, speedMax: 8 }),
      team: integer({ min: 0, max: 15 }),
    }),
    lobby: entity(lobbyParts),
  },
  command: record({ east: axis, north: axis }),
  requests: { ...lobbyRequests, goHome: { ask: record({}), reply: record({}) } },
  step(self, { east, north }, near) {
    near.map.slide(self.position, 5 * east * near.seconds, 5 * north * near.seconds, 0.4)
  },
})

export const hall = emptyMap(128, 128)
export const arena = emptyMap(64, 64)

/** @param times  how long a countdown takes, and how long an arena that everybody has left is kept */
export function matchServer(
  times = { countdownSeconds: 5, graceSeconds: 10 },
): ServerDefinition<typeof match> {
  const lobby = new Lobby({
    teams: [
      { name: 'Red', playersMax: 8 },
      { name: 'Blue', playersMax: 8 },
    ],
    playersMin: 2,
    countdownTicks: times.countdownSeconds * match.ticksPerSecond,
    differenceMax: 1,
  })
  let shown: EntityOf<typeof match, 'lobby'>
  /** A world of its own for those who are in, by a slower clock; gone some time after the last has left. */
  async function play(
    { players }: World<typeof match>,
    realm: Realm<typeof match>,
    members: readonly Member[],
  ): Promise<void> {
    const own = await realm.open('arena', { ticksPerSecond: 10, graceSeconds: times.graceSeconds })
    for (const { player: id, team } of members) {
      const player = players.get(id)
      if (!own || !player?.entity) continue
      player.entity.team = team
      await realm.carry(player, own, { x: team === 0 ? 8 : 56, y: 32 })
    }
  }
  return defineServer(match, {
    maps: { hall, arena },
    begin({ world }) {
      shown = world.spawn('lobby', {})
    },
    join: ({ world }) => world.spawn('fighter', { position: { x: 64, y: 64 } }),
    leave: ({ player: { id } }) => lobby.leave(id),
    update({ world, realm }) {
      const members = lobby.advance(world.tick)
      if (members) {
        for (const { player } of members) lobby.leave(player)
        lobby.reopen()
      }
      Object.assign(shown, lobby.state)
      return members && play(world, realm, members)
    },
    requests: {
      joinLobby: ({ player: { id } }) => granted(lobby.join(id)),
      leaveLobby: ({ player: { id } }) => granted(void lobby.leave(id)),
      chooseTeam: ({ player: { id }, ask: { team } }) => granted(lobby.choose(id, team)),
      sayReady: ({ player: { id }, ask: { isReady } }) => granted(lobby.ready(id, isReady)),
      async goHome({ player, realm }) {
        await realm.carry(player, realm.home('hall'), { x: 64, y: 64 })
        return {}
      },
    },
  })
}

/** A lobby's sentence reaches the player. */
function granted(refusal: string | undefined): Record<never, never> {
  if (refusal !== undefined) throw new Sorry(refusal)
  return {}
}
