import assert from 'node:assert/strict'
import { test } from 'node:test'
import { village } from '../../docs/examples/text-dialect/game.ts'
import { type Carriage, type Instant, instant, Random } from '../core/index.ts'
import { type Admission, defineServer, Host, type Limits, Sorry } from '../server/index.ts'
import type { Link, LinkHandler } from '../transport/index.ts'
import type { Dialect } from './index.ts'

/** A client that speaks a dialect, as the suite drives it: its actions, and what it has been told so far. */
export interface DialectPlayer {
  receive(bytes: Uint8Array): void
  /** Advances time, once every 10 ms. */
  advance?(now: Instant): void
  hello(name: string): void
  login(name: string, password: string): void
  /** Walks in this direction until the next call: -1, 0 or 1 each. */
  walk(east: number, north: number): void
  say(text: string): void
  leave(): void
  /** Resumes the session of another connection, where the dialect supports it. */
  resume?(from: DialectPlayer): void
  readonly isIn: boolean
  /** The codes of refusals, in order. */
  readonly refusals: readonly string[]
  /** The positions of the people in sight, by name. */
  readonly seen: ReadonlyMap<string, { readonly x: number; readonly y: number }>
  /** The first shown positions of those who came into sight. */
  readonly entered: readonly string[]
  /** The changed moods that were sent, by name. */
  readonly moods: ReadonlyMap<string, number>
  /** The lines heard: "Ada: Good morning." */
  readonly heard: readonly string[]
  /** The replies: "5", or "sorry: ..." */
  readonly replies: readonly string[]
}

export interface DialectUnderTest {
  readonly dialect: Dialect
  readonly carries: Carriage
  /** The largest error in the positions of others, in metres. */
  readonly tolerance: number
  /** Whether a player who lost the connection can resume the session with the token from `welcome`. */
  readonly canResume?: boolean
  /** Makes a client. `hangUp` ends its connection from its own side, for protocols without a goodbye. */
  player(send: (bytes: Uint8Array) => void, hangUp: () => void): DialectPlayer
  /** Malformed messages, each of which is counted. */
  readonly nonsense: readonly Uint8Array[]
  /** What the protocol has no words for: what players say, and passwords. Nothing when left out. */
  readonly lacks?: readonly ('words' | 'accounts')[]
  /** How the protocol tells a reply, where it does not tell it whole: "5", or "sorry: ..." when left out. */
  readonly reply?: (told: string) => string
}

/** Tests what every dialect must do for its players. */
export function dialectSuite(under: DialectUnderTest): void {
  const { dialect, carries, lacks = [] } = under
  /** Checks that a player is still served and served with: by what it says, or by how it walks. */
  const isServed = (stage: Stage, player: DialectPlayer): void => {
    const before = player.seen.get('Ada')?.x ?? 0
    player.say('Still here.')
    player.walk(1, 0)
    stage.run(lacks.includes('words') ? 1000 : 300)
    if (lacks.includes('words')) assert.notEqual(player.seen.get('Ada')?.x, before)
    else assert.deepEqual(player.heard, ['Ada: Still here.'])
  }
  const rule = (title: string, play: (stage: Stage) => void, options: StageOptions = {}) =>
    test(`${title} (${dialect.name})`, () => play(new Stage(under, options)))

  rule('[D9] who says hello is in, and sees everybody where they are from the first moment', (stage) => {
    const ada = stage.join('Ada')
    const bob = stage.join('Bob')
    stage.run(500)
    for (const player of [ada, bob]) {
      assert.deepEqual([...player.seen.keys()].sort(), ['Ada', 'Bob'])
      assert.deepEqual([...player.entered].sort(), ['Ada 128.0 128.0', 'Bob 128.0 128.0'])
    }
  })

  rule(
    'who is not let in hears a reason by name',
    (stage) => {
      const nobody = stage.connect()
      nobody.player.hello('')
      stage.run(200)
      assert.deepEqual([nobody.player.refusals, nobody.player.isIn], [['name'], false])
      stage.join('Ada')
      stage.join('Bob')
      const third = stage.connect()
      third.player.hello('Cy')
      stage.run(200)
      assert.deepEqual(
        [third.player.refusals, third.link.closedFor],
        [['full'], 'The server is full: 2 players.'],
      )
    },
    { limits: { players: 2 } },
  )

  if (!lacks.includes('accounts'))
    rule(
      '[D6] an account lets in who has its password, and a wrong one is told as such',
      (stage) => {
        const ada = stage.connect()
        ada.player.login('Ada', 'guess')
        stage.run(200)
        assert.deepEqual([ada.player.refusals, ada.player.isIn], [['wrong'], false])
        const again = ada.link.isOpen ? ada : stage.connect()
        again.player.login('Ada', 'a good password')
        stage.run(200)
        assert.equal(again.player.isIn, true)
        assert.equal(stage.nameOf(again.player), 'Ada')
      },
      { hasAccounts: true },
    )

  rule('[D9] others are seen where they are while they walk, turn and stop', (stage) => {
    const ada = stage.join('Ada')
    const bob = stage.join('Bob')
    for (const [east, north] of [
      [1, 0],
      [0, 1],
      [-1, 1],
      [0, 0],
      [0, -1],
    ]) {
      bob.walk(east, north)
      for (let count = 0; count < 8; count++) {
        stage.run(250)
        const seen = ada.seen.get('Bob')
        const { position } = stage.villager('Bob')
        assert.ok(seen, 'Bob is in sight')
        const off = Math.hypot(seen.x - position.x, seen.y - position.y)
        assert.ok(off <= under.tolerance, `Bob is seen ${off.toFixed(2)} m from where he is`)
      }
    }
  })

  rule('[D9] what changes about somebody is told with its new value', (stage) => {
    const ada = stage.join('Ada')
    stage.join('Bob')
    stage.run(300)
    stage.villager('Bob').mood = 9
    stage.run(300)
    assert.equal(ada.moods.get('Bob'), 9)
  })

  if (!lacks.includes('words'))
    rule(
      '[D13] what is said is heard by those near with the name of who said it, and is answered',
      (stage) => {
        const ada = stage.join('Ada')
        const bob = stage.join('Bob')
        stage.run(200)
        bob.say('Good morning.')
        stage.run(300)
        assert.deepEqual([ada.heard, bob.heard], [['Bob: Good morning.'], ['Bob: Good morning.']])
        const { reply = (told: string) => told } = under
        assert.deepEqual(bob.replies, [reply('2')])
        bob.say('nonsense')
        stage.run(300)
        assert.deepEqual(bob.replies, [reply('2'), reply('sorry: Speak up.')])
      },
    )

  rule('[D10] a walk goes on until something else is wanted, be it for a minute', (stage) => {
    const ada = stage.join('Ada')
    ada.walk(1, 0)
    stage.run(40_000)
    const { position } = stage.villager('Ada')
    assert.ok(Math.abs(position.x - 208) < 2, `40 s at 2 m/s from 128 lead to ${position.x}`)
    ada.walk(0, 0)
    stage.run(1000)
    const { x } = position
    stage.run(5000)
    assert.equal(position.x, x)
  })

  rule('[D15] who says no hello is let go of in the time that the dialect gives', (stage) => {
    const { link } = stage.connect()
    stage.run((dialect.limits?.helloTimeoutMs ?? 5000) - 100)
    assert.equal(link.isOpen, true)
    stage.run(300)
    assert.equal(link.isOpen, false)
  })

  rule(
    '[D15] who falls silent is let go of in the time that the dialect gives, and is gone for the others',
    (stage) => {
      const ada = stage.join('Ada')
      const { link } = stage.connectAs('Bob')
      stage.run(300)
      link.isSilent = true
      const { silenceTimeoutMs = 10_000, graceMs = 30_000, goodbyeMs = 0 } = dialect.limits ?? {}
      // Ada is no quieter than somebody who plays.
      const quietly = (ms: number): void => {
        for (let gone = 0; gone < ms; gone += 4000) {
          ada.walk(0, 0)
          stage.run(Math.min(4000, ms - gone))
        }
      }
      quietly(silenceTimeoutMs - 1000)
      assert.ok(ada.seen.has('Bob') && link.isOpen)
      quietly(graceMs + 2000)
      assert.deepEqual([link.isOpen, ada.seen.has('Bob')], [goodbyeMs > 1000, false])
      quietly(goodbyeMs)
      assert.equal(link.isOpen, false)
    },
  )

  rule('[D8] who leaves is gone for the others at once', (stage) => {
    const ada = stage.join('Ada')
    const bob = stage.join('Bob')
    stage.run(300)
    bob.leave()
    stage.run(300)
    assert.deepEqual([...ada.seen.keys()], ['Ada'])
    assert.equal(stage.host.stats.players, 1)
  })

  rule('[D15] who loses the connection is gone when the time to come back is over', (stage) => {
    const ada = stage.join('Ada')
    const { link } = stage.connectAs('Bob')
    stage.run(300)
    link.vanish()
    stage.run((dialect.limits?.graceMs ?? 30_000) + 300)
    assert.deepEqual([...ada.seen.keys()], ['Ada'])
  })

  if ((dialect.limits?.graceMs ?? 30_000) >= 5000)
    rule('[D10] a held walk ends with the connection', (stage) => {
      stage.join('Ada')
      const { player, link } = stage.connectAs('Bob')
      player.walk(1, 0)
      stage.run(1000)
      link.vanish()
      if ((dialect.limits?.graceMs ?? 30_000) < 5000) return
      stage.run(3000)
      const { position } = stage.villager('Bob')
      assert.ok(position.x < 134, `Bob walked on to ${position.x}`)
    })

  if (under.canResume)
    rule('[D7] who comes back too late comes in anew, as somebody else', (stage) => {
      const first = stage.connectAs('Ada')
      stage.run(300)
      const { id } = stage.villager('Ada')
      first.link.vanish()
      stage.run((dialect.limits?.graceMs ?? 30_000) + 500)
      const second = stage.connect()
      second.player.resume?.(first.player)
      stage.run(500)
      assert.equal(second.player.isIn, true)
      assert.notEqual(stage.villager('Ada').id, id)
      assert.equal(stage.host.stats.players, 1)
    })

  if (under.canResume)
    rule('[D7] who comes back with what it was given has the same character', (stage) => {
      const first = stage.connectAs('Ada')
      first.player.walk(1, 0)
      stage.run(2000)
      const { id, position } = stage.villager('Ada')
      first.link.vanish()
      stage.run(200)
      const second = stage.connect()
      second.player.resume?.(first.player)
      stage.run(500)
      assert.equal(second.player.isIn, true)
      assert.deepEqual([stage.villager('Ada').id, stage.host.stats.players], [id, 1])
      assert.ok(second.player.seen.get('Ada')!.x > 130 && position.x > 130)
    })

  rule('[D16] nonsense is counted, and too much of it ends the connection and nobody else’s', (stage) => {
    const ada = stage.join('Ada')
    const { link } = stage.connect()
    for (let count = 0; count < (dialect.limits?.nonsenseMax ?? 8); count++) {
      assert.equal(link.isOpen, true)
      link.toServer(under.nonsense[count % under.nonsense.length])
      stage.run(20)
    }
    assert.equal(link.isOpen, false)
    assert.ok(stage.host.stats.dropped.nonsense >= 8)
    isServed(stage, ada)
  })

  rule('whatever a stranger sends, the server goes on and nothing grows', (stage) => {
    const ada = stage.join('Ada')
    const random = new Random(5)
    for (let count = 0; count < 60; count++) {
      const { link } = stage.connect()
      for (let packets = 0; packets < 5; packets++)
        link.toServer(Uint8Array.from({ length: random.integer(1, 600) }, () => random.integer(0, 255)))
      stage.run(20)
      link.vanish()
    }
    stage.run(1000)
    assert.equal(stage.host.stats.connections, 1)
    isServed(stage, ada)
  })

  if (carries === 'stream')
    rule('[D4] a stream is understood however it is cut: byte by byte, or all at once', (stage) => {
      for (const size of [1, 3, 10_000]) {
        const { player, link } = stage.connect()
        const said: number[] = []
        link.sendTo = (bytes) => said.push(...bytes)
        player.hello(`By ${size}`)
        player.say('Slowly.')
        player.walk(1, 0)
        link.sendTo = undefined
        for (let at = 0; at < said.length; at += size)
          link.toServer(Uint8Array.from(said.slice(at, at + size)))
        stage.run(200)
        assert.equal(player.isIn, true, `by ${size}`)
        // What was asked before the welcome may be too early; the walk, said again, is not.
        player.walk(1, 0)
        stage.run(1000)
        assert.ok(stage.villager(`By ${size}`).position.x > 129, `by ${size}`)
      }
    })

  rule('who takes in nothing is lost, and the others go on', (stage) => {
    const ada = stage.join('Ada')
    const { link } = stage.connectAs('Bob')
    stage.run(300)
    link.isFull = true
    ada.walk(1, 0)
    ada.say('Do you hear me?')
    stage.run(dialect.datagrams ? 21_000 : 20_000)
    assert.equal(link.isOpen, false)
    if (!lacks.includes('words')) assert.deepEqual(ada.heard, ['Ada: Do you hear me?'])
  })
}

interface StageOptions {
  readonly limits?: Partial<Limits>
  readonly hasAccounts?: boolean
}

/** Runs a village in virtual time, over perfect links. */
class Stage {
  readonly host: Host
  readonly #under: DialectUnderTest
  readonly #connected: { player: DialectPlayer; link: SuiteLink }[] = []
  #now = instant(1000)

  constructor(under: DialectUnderTest, { limits, hasAccounts = false }: StageOptions) {
    this.#under = under
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
    const admission = hasAccounts ? accounts : undefined
    this.host = new Host(definition, { random: new Random(1), limits, admission }, this.#now)
  }

  connect(): { player: DialectPlayer; link: SuiteLink } {
    const link = new SuiteLink(this.#connected.length + 1)
    const player = this.#under.player(
      (bytes) => link.toServer(bytes),
      () => link.hangUp(),
    )
    this.#connected.push({ player, link })
    const { dialect, carries } = this.#under
    this.host.accept(link, () => this.#now, { dialect, carries })
    return { player, link }
  }

  connectAs(name: string): { player: DialectPlayer; link: SuiteLink } {
    const one = this.connect()
    one.player.hello(name)
    this.run(200)
    assert.equal(one.player.isIn, true, `${name} is in`)
    return one
  }

  join(name: string): DialectPlayer {
    return this.connectAs(name).player
  }

  villager(name: string) {
    for (const villager of this.host.world.entities('villager'))
      if (villager.name === name)
        return villager as unknown as { id: number; mood: number; position: { x: number; y: number } }
    throw new Error(`Nobody is called ${name}.`)
  }

  /** Returns a player's name as the server has it. */
  nameOf(player: DialectPlayer): string | undefined {
    return player.isIn ? [...this.host.world.players.values()].at(-1)?.name : undefined
  }

  run(ms: number): void {
    for (const end = this.#now + ms; this.#now < end; ) {
      this.#now = instant(this.#now + 10)
      for (const { link } of this.#connected) link.deliver()
      if (this.host.wakeAt <= this.#now) this.host.advance(this.#now)
      for (const { player, link } of this.#connected) {
        for (const bytes of link.takeOut()) player.receive(bytes)
        if (link.isOpen && !link.isSilent) player.advance?.(this.#now)
      }
    }
  }
}

class SuiteLink implements Link {
  readonly isReliable = true
  readonly packetBytesMax = 65_536
  readonly remote: string
  readonly address: string
  /** Whether the link is full: it refuses everything sent. */
  isFull = false
  /** Whether nothing that its player sends arrives. */
  isSilent = false
  /** The receiver of the player's bytes, in place of the server. */
  sendTo: ((bytes: Uint8Array) => void) | undefined
  closedFor: string | undefined
  #handler: LinkHandler | undefined
  #in: Uint8Array[] = []
  #out: Uint8Array[] = []
  #isOver = false
  #hasLeft = false

  constructor(number: number) {
    this.address = `10.0.0.${number}`
    this.remote = `10.0.0.${number}:1`
  }

  get isOpen(): boolean {
    return this.closedFor === undefined
  }

  get bufferedBytes(): number {
    return this.isFull ? 1_000_000 : 0
  }

  open(handler: LinkHandler): void {
    this.#handler = handler
  }

  send(packet: Uint8Array): boolean {
    if (!this.isOpen || this.isFull) return false
    this.#out.push(packet.slice())
    return true
  }

  close(reason: string): void {
    this.closedFor ??= reason
  }

  /** Makes the other end vanish without closing. */
  vanish(): void {
    this.#hasLeft = false
    this.close('connection lost')
  }

  /** Ends it as its own player does. */
  hangUp(): void {
    this.#hasLeft = true
    this.close('the player hung up')
  }

  toServer(bytes: Uint8Array): void {
    if (this.sendTo) this.sendTo(bytes)
    else if (!this.isSilent) this.#in.push(bytes.slice())
  }

  deliver(): void {
    const came = this.#in
    this.#in = []
    if (this.#isOver) return
    for (const bytes of came) if (this.isOpen) this.#handler?.receive(bytes)
    if (this.isOpen) return
    this.#isOver = true
    this.#handler?.closed(this.closedFor ?? '', this.#hasLeft)
  }

  takeOut(): readonly Uint8Array[] {
    const out = this.#out
    this.#out = []
    return out
  }
}

/** One account, "Ada" with "a good password", and no guests. */
const accounts: Admission = {
  ask: ({ login }, decide) =>
    decide(
      login === ''
        ? { is: 'refused', code: 'login', reason: 'Log in first.' }
        : { is: 'guest', name: login.replace('token of ', '') },
    ),
  page({ page, body }, answer) {
    const { name, password } = JSON.parse(body) as { name: string; password: string }
    const isGood = page === 'login' && name === 'Ada' && password === 'a good password'
    const refused = { is: 'refused', code: 'wrong', reason: 'No account of that name has that password.' }
    answer(JSON.stringify(isGood ? { is: 'done', token: `token of ${name}` } : refused))
  },
  left() {},
  withdrawn() {},
  resumed() {},
}
