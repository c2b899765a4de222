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
  motion,
  type Player,
  type Random,
  Realm,
  record,
} from 'shardless'

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
  requests: { ...lobbyRequests },
  step(self, { east, north }, near) {
    near.map.slide(self.position, 5 * east * near.seconds, 5 * north * near.seconds, 0.4)
  },
})

type Match = typeof match

export class MatchHall {
  readonly realm: Realm<Match>
  readonly lobby = new Lobby({
    teams: [
      { name: 'Red', playersMax: 8 },
      { name: 'Blue', playersMax: 8 },
    ],
    playersMin: 2,
    countdownTicks: 5 * match.ticksPerSecond,
    differenceMax: 1,
  })
  readonly #players = new Map<number, Player<Match>>()
  readonly #shown: EntityOf<Match, 'lobby'>

  constructor(random: Random) {
    const maps = { hall: emptyMap(128, 128), arena: emptyMap(64, 64) }
    this.realm = new Realm(match, { maps, random })
    this.#shown = this.realm.home('hall').world.spawn('lobby', {})
  }

  join(name: string): Player<Match> {
    const hall = this.realm.home('hall')
    const player = this.realm.addPlayer(name, hall)
    player.entity = hall.world.spawn('fighter', { position: { x: 64, y: 64 } })
    this.#players.set(player.id, player)
    return player
  }

  leave(player: Player<Match>): void {
    this.lobby.leave(player.id)
    this.#players.delete(player.id)
    this.realm.removePlayer(player)
  }

  /** One tick: the lobby counts down; those it sends off are carried to an arena of their own. */
  advance(tick: number): void {
    const members = this.lobby.advance(tick)
    const arena = members && this.realm.open('arena', { graceSeconds: 10 })
    if (members && arena)
      for (const { player: id, team } of members) {
        const player = this.#players.get(id)
        if (!player?.entity) continue
        player.entity.team = team
        this.realm.carry(player, arena, { x: team === 0 ? 8 : 56, y: 32 })
        this.lobby.leave(id)
      }
    if (members) this.lobby.reopen()
    Object.assign(this.#shown, this.lobby.state)
    this.realm.advance()
  }
}
