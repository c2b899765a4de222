import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../../core/index.ts'
import { decode, encode, record } from '../../wire/index.ts'
import { Lobby, type LobbyOptions } from './lobby.ts'
import { lobbyParts } from './lobby-records.ts'

const teams = [
  { name: 'Red', playersMax: 2 },
  { name: 'Blue', playersMax: 2 },
]
const newLobby = (options: Partial<LobbyOptions> = {}) =>
  new Lobby({ teams, playersMin: 2, countdownTicks: 10, ...options })

test('[M23] when all are ready and enough, the countdown begins, and at its end the match, once', () => {
  const lobby = newLobby()
  lobby.advance(100)
  for (const player of [7, 8]) assert.equal(lobby.join(player), undefined)
  assert.deepEqual(
    lobby.state.members.map(({ team }) => team),
    [0, 1],
    'whoever comes goes where there is room',
  )
  lobby.ready(7, true)
  assert.equal(lobby.state.phase, 'gathering')
  lobby.ready(8, true)
  assert.deepEqual([lobby.state.phase, lobby.state.startsAt], ['counting', 110])
  assert.equal(lobby.advance(109), undefined)
  assert.deepEqual(lobby.advance(110), [
    { player: 7, team: 0, isReady: true },
    { player: 8, team: 1, isReady: true },
  ])
  assert.equal(lobby.advance(111), undefined)
  assert.equal(lobby.state.phase, 'started')
  assert.equal(lobby.join(9), 'The match has begun.')
  lobby.reopen()
  assert.deepEqual([lobby.state.phase, lobby.state.members[0].isReady], ['gathering', false])
})

test('[M23] whoever leaves, comes, changes or is not ready any more ends the countdown', () => {
  for (const change of [
    (lobby: Lobby) => lobby.leave(7),
    (lobby: Lobby) => lobby.join(9),
    (lobby: Lobby) => lobby.choose(7, 1),
    (lobby: Lobby) => lobby.ready(7, false),
  ]) {
    const lobby = newLobby()
    for (const player of [7, 8]) lobby.join(player)
    for (const player of [7, 8]) lobby.ready(player, true)
    assert.equal(lobby.state.phase, 'counting')
    change(lobby)
    assert.deepEqual([lobby.state.phase, lobby.state.startsAt], ['gathering', 0])
    assert.equal(lobby.advance(1000), undefined)
  }
})

test('[M23] teams have room for so many, and may be so uneven', () => {
  const lobby = newLobby({ differenceMax: 0 })
  for (const player of [1, 2, 3, 4]) assert.equal(lobby.join(player), undefined)
  assert.equal(lobby.join(5), 'The lobby is full.')
  assert.equal(lobby.choose(1, 1), 'Blue is full.')
  assert.equal(lobby.choose(1, 2), 'There is no such team.')
  assert.equal(lobby.choose(5, 0), 'You are not in this lobby.')
  assert.equal(lobby.ready(5, true), 'You are not in this lobby.')
  lobby.leave(4)
  for (const player of [1, 2]) lobby.ready(player, true)
  assert.equal(lobby.ready(3, true), 'Red has too many; someone has to change.')
  assert.equal(lobby.state.phase, 'gathering')
})

test('a lobby that cannot be is refused', () => {
  for (const options of [{ teams: [] }, { playersMin: 5 }, { playersMin: 0 }, { countdownTicks: -1 }])
    assert.throws(() => newLobby(options), { code: 'world/bad-lobby' })
  assert.throws(() => newLobby({ teams: [{ name: 'All', playersMax: 65 }] }), { code: 'world/bad-lobby' })
})

test('whatever players do, teams hold who they can, and the state travels as it is', () => {
  const dice = new Random(4)
  const field = record(lobbyParts)
  const lobby = newLobby({ differenceMax: 1 })
  let begun = 0
  for (let tick = 1; tick < 20_000; tick++) {
    const player = dice.integer(1, 6)
    const deed = dice.integer(0, 4)
    if (deed === 0) lobby.join(player)
    else if (deed === 1 && dice.chance(0.3)) lobby.leave(player)
    else if (deed === 2) lobby.choose(player, dice.integer(0, 2))
    else lobby.ready(player, dice.chance(0.9))
    const members = lobby.advance(tick)
    const { state } = lobby
    for (const team of [0, 1]) assert.ok(state.members.filter((member) => member.team === team).length <= 2)
    assert.deepEqual(decode(field, encode(field, state as never)), state)
    if (!members) continue
    begun++
    assert.ok(members.length >= 2 && members.every(({ isReady }) => isReady))
    lobby.reopen()
  }
  assert.ok(begun > 10, `${begun} matches began`)
})

test('[M24] who is undecided cannot be ready, takes no part, and does not count as a team', () => {
  const lobby = newLobby({
    teams: [
      { name: 'Neutral', playersMax: 4, isUndecided: true },
      { name: 'Red', playersMax: 4, playersMin: 1 },
      { name: 'Blue', playersMax: 4, playersMin: 1 },
    ],
    playersMax: 3,
    differenceMax: 1,
  })
  for (const player of [1, 2, 3]) assert.equal(lobby.join(player, 0), undefined)
  assert.equal(lobby.join(4), 'The lobby is full.', 'all teams together')
  assert.equal(lobby.ready(1, true), 'Choose a team first.')
  assert.equal(lobby.begin(), 'A match begins with 2 players; there are 0.')
  lobby.choose(1, 1)
  lobby.choose(2, 1)
  assert.equal(lobby.begin(), 'Blue has nobody.')
  lobby.choose(2, 2)
  lobby.ready(1, true)
  lobby.ready(2, true)
  assert.equal(lobby.state.phase, 'gathering', 'somebody has not chosen yet')
  assert.equal(lobby.begin(), undefined)
  assert.equal(lobby.state.phase, 'counting')
  lobby.halt()
  assert.deepEqual([lobby.state.phase, lobby.state.members[0].isReady], ['gathering', true])
  assert.equal(lobby.join(4, 9), 'There is no such team.')
})
