/** Haunted Chronicles' wire: the rules of dialects, and its own from README.md. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { village } from '../../../docs/examples/text-dialect/game.ts'
import { type Carriage, type Instant, instant, Random } from '../../core/index.ts'
import { worldMap } from '../../geometry/index.ts'
import { defineServer, Host, Sorry } from '../../server/index.ts'
import type { Link, LinkHandler } from '../../transport/index.ts'
import { type DialectPlayer, dialectSuite } from '../dialect.suite.ts'
import { type HauntedAdapter, hauntedDialect, type MatchState } from './index.ts'

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** The village in squares, a tenth of a metre to the pixel; moods are reds. */
const adapter: HauntedAdapter<typeof village> = {
  picture: { width: 2560, height: 2560, pixelsPerMetre: 10 },
  figure: ({ kind, name }) => (kind === 'villager' ? { name: String(name) } : undefined),
  walk: (east, north) => ({ east: Math.sign(east), north: Math.sign(north) }),
  square: ({ mood }) => ({ team: 1, rgb: [Number(mood) * 20, 0, 0] }),
  heard(event, body) {
    const { who, text } = body as { who: number; text: string }
    return event === 'said' ? { who, words: text } : undefined
  },
}

const SHOWN = /\((\d),([^,]+),\((\d+),0,0\),\((-?\d+),(-?\d+)\),\(20,20\)\)/g

/** A client that asks every 50 ms, as the game's own does. */
function player(send: (bytes: Uint8Array) => void): DialectPlayer {
  const refusals: string[] = []
  const entered: string[] = []
  const seen = new Map<string, { x: number; y: number }>()
  const moods = new Map<string, number>()
  let [name, input, isIn, askedAt] = ['', '.', false, 0]
  const say = (text: string): void => send(encoder.encode(text))
  const look = (text: string): void => {
    const here = new Set<string>()
    for (const [, , shown, red, x, y] of text.matchAll(SHOWN)) {
      const who = shown.replaceAll('_', ' ')
      const place = { x: (Number(x) + 10) / 10, y: 256 - (Number(y) + 10) / 10 }
      if (!seen.has(who)) entered.push(`${who} ${place.x.toFixed(1)} ${place.y.toFixed(1)}`)
      here.add(who)
      seen.set(who, place)
      moods.set(who, Number(red) / 20)
    }
    for (const who of seen.keys()) if (!here.has(who)) seen.delete(who)
  }
  return {
    receive(bytes) {
      const text = decoder.decode(bytes)
      if (text.startsWith('CONNECTED ')) isIn = true
      if (/ STATE /.test(text)) look(text)
      else if (text.startsWith('A name has')) refusals.push('name')
      else if (text.includes('is full')) refusals.push('full')
    },
    advance(now: Instant) {
      if (!isIn || now - askedAt < 50) return
      askedAt = now
      say(`INPUT ${name} ${input} END`)
    },
    hello(asked) {
      name = asked.replaceAll(' ', '_')
      say(`CONNECT ${name} END`)
    },
    login() {},
    walk(east, north) {
      input = east > 0 ? 'RIGHT' : east < 0 ? 'LEFT' : north > 0 ? 'UP' : north < 0 ? 'DOWN' : '.'
    },
    say() {},
    leave: () => say(`DISCONNECTION ${name} END`),
    get isIn() {
      return isIn
    },
    ...{ refusals, entered, seen, moods, heard: [], replies: [] },
  }
}

for (const carries of ['stream', 'datagrams'] as const)
  dialectSuite({
    dialect: { ...hauntedDialect(adapter), name: `haunted-${carries}` },
    carries,
    // A pixel, and a tick until it is asked for.
    tolerance: 0.4,
    player,
    lacks: ['words', 'accounts'],
    nonsense: ['HELLO END', 'INPUT Ada SIDEWAYS END', 'PING soon END', 'INPUT Ada END END'].map((text) =>
      encoder.encode(text),
    ),
  })

/** A village, and clients that say one thing and hear what is answered. */
class Stage {
  readonly host: Host
  readonly #dialect
  readonly #carries: Carriage
  readonly #links: StageLink[] = []
  #now = instant(1000)

  constructor(
    parts: Partial<HauntedAdapter> = {},
    { carries = 'datagrams' as Carriage, people = 0, port = 9998 } = {},
  ) {
    const definition = defineServer(village, {
      name: 'Green',
      join: ({ world, player: { name } }) =>
        name === 'Cy' ? undefined : world.spawn('villager', { position: { x: 128, y: 128 }, mood: 5, name }),
      requests: {
        say({ world, player, ask: { text } }) {
          if (!player.entity) throw new Sorry('The hunt has begun,\nnobody is CONNECTED now.')
          world.tell('said', { who: player.entity?.id ?? 0, text }, { everyone: true })
          return { heardBy: 1 }
        },
      },
    })
    this.host = new Host(definition, { random: new Random(1) }, this.#now)
    for (let count = 0; count < people; count++)
      this.host.world.spawn('villager', {
        position: { x: 120 + (count % 16), y: 120 + Math.floor(count / 16) },
        mood: 5,
        name: `Villager ${count}`,
      } as never)
    this.#dialect = hauntedDialect({ ...adapter, ...parts } as HauntedAdapter, { port })
    this.#carries = carries
  }

  /** The hash of the map. */
  get hash(): string {
    const { home } = this.host.region
    return home.facts.hash
  }

  connect(address?: string): StageLink {
    const link = new StageLink(address ?? `10.0.0.${this.#links.length + 1}`)
    this.#links.push(link)
    this.host.accept(link, () => this.#now, { dialect: this.#dialect, carries: this.#carries })
    return link
  }

  /** Says something, and returns what is answered within so many ms. */
  ask(link: StageLink, text: string | Uint8Array, ms = 200): readonly string[] {
    link.out.length = 0
    link.receive(typeof text === 'string' ? encoder.encode(text) : text)
    this.run(ms)
    return link.texts
  }

  join(name: string): StageLink {
    const link = this.connect()
    assert.match(this.ask(link, `CONNECT ${name} END`).join(), /^CONNECTED /)
    return link
  }

  run(ms: number): void {
    for (const end = this.#now + ms; this.#now < end; ) {
      this.#now = instant(this.#now + 10)
      if (this.host.wakeAt <= this.#now) this.host.advance(this.#now)
    }
  }
}

class StageLink implements Link {
  readonly isReliable = true
  readonly packetBytesMax = 3072
  readonly bufferedBytes = 0
  readonly remote: string
  readonly address: string
  readonly out: Uint8Array[] = []
  isOpen = true
  #handler: LinkHandler | undefined

  constructor(address: string) {
    this.address = address
    this.remote = `${address}:1`
  }

  get texts(): readonly string[] {
    return this.out.map((bytes) => decoder.decode(bytes))
  }

  open(handler: LinkHandler): void {
    this.#handler = handler
  }

  receive(bytes: Uint8Array): void {
    this.#handler?.receive(bytes)
  }

  send(bytes: Uint8Array): boolean {
    this.out.push(bytes.slice())
    return true
  }

  close(): void {
    this.isOpen = false
  }
}

const ADA = "'(1,Ada,(100,0,0),(1270,1270),(20,20))'"

test('[HC1] [HC14] a message is words with single blanks up to END; a PING comes back as it was', () => {
  const stage = new Stage()
  const ada = stage.join('Ada')
  assert.deepEqual(stage.ask(ada, 'PING 1732924800.123 END'), ['PING 1732924800.123 END'])
  assert.deepEqual(stage.ask(ada, 'PING 1.5 END\n'), ['PING 1.5 END'])
  for (const wrong of ['PING x END', 'PING 1', 'ping 1 END', 'INPUT Ada . . END'])
    assert.deepEqual(stage.ask(ada, wrong), [], wrong)
  assert.deepEqual(stage.host.stats.dropped.nonsense, 4)
})

test('[HC2] over TCP messages follow each other without anything between, in UTF-8 or UTF-16, and are answered likewise', () => {
  const stage = new Stage({}, { carries: 'stream' })
  const ada = stage.connect()
  assert.deepEqual(stage.ask(ada, 'PING 1 ENDPING 2 ENDPI'), ['PING 1 END', 'PING 2 END'])
  assert.deepEqual(stage.ask(ada, 'NG 3 END'), ['PING 3 END'])
  const wide = (text: string): Uint8Array => {
    const codes = Uint16Array.from(`\ufeff${text}`, (letter) => letter.charCodeAt(0))
    return new Uint8Array(codes.buffer)
  }
  const both = Uint8Array.from([...wide('PING 4 END'), ...wide('CONNECT Ende END')])
  assert.deepEqual(stage.ask(ada, both.subarray(0, 15)), [])
  stage.ask(ada, both.subarray(15))
  assert.deepEqual(ada.out[0], wide('PING 4 END'))
  assert.match(new TextDecoder('utf-16le').decode(ada.out[1]), /^CONNECTED 9998 Ende /)
})

test('[HC3] a name has 1 to 10 characters that no list is made of; one that the game gives to nobody twice is taken', () => {
  const stage = new Stage()
  const link = stage.connect()
  for (const name of ['', 'Bartholomew', 'A,B', 'A(B', 'A]', 'Two Words', "O'Hara"])
    assert.match(stage.ask(link, `CONNECT ${name} END`).join(), /^A name has 1 to 10 characters/, name)
  assert.match(stage.ask(link, 'CONNECT Zoë_10char END').join(), /^CONNECTED 9998 Zoë_10char /)
  const renaming = new Stage({ figure: ({ name }) => ({ name: `${name} 2` }) })
  const second = renaming.connect()
  assert.deepEqual(renaming.ask(second, 'CONNECT Ada END'), ['That name is taken; choose another.'])
  assert.equal(renaming.host.stats.players, 0)
})

test('[HC4] CONNECT is answered by eleven words: port, name, size, walls, who is ready and who is there; again when asked again', () => {
  const blocks = () => [
    { rgb: [50, 50, 50] as const, x: 0, y: 0, w: 2560, h: 10 },
    { rgb: [255, 255, 0] as const, x: 200, y: 300, w: 10, h: 10 },
  ]
  const stage = new Stage({ blocks })
  const ada = stage.connect()
  const [answer] = stage.ask(ada, 'CONNECT Ada END')
  const walls = "['(0,(50,50,50),(0,0),(2560,10))','(1,(255,255,0),(200,300),(10,10))']"
  assert.equal(answer, `CONNECTED 9998 Ada (2560,2560) WALLS ${walls} LOBBY [] STATE [${ADA}] END`)
  assert.equal(answer.split(' ').length, 11)
  assert.deepEqual(stage.ask(ada, 'CONNECT Ada END'), [answer])
  assert.deepEqual(stage.ask(ada, 'CONNECT Bob END'), ['You are here as Ada.'])
  assert.equal(stage.host.stats.players, 1)
})

test('[HC5] who is not let in, or is not in, is told so in a sentence without the word that lets in', () => {
  const stage = new Stage({ enter: () => ({ request: 'say', body: { text: 'Is there room?' } }) })
  const ada = stage.connect()
  assert.deepEqual(stage.ask(ada, 'INPUT Ada . END'), ['You are not here; say CONNECT and your name first.'])
  assert.equal(stage.host.stats.dropped.nonsense ?? 0, 0)
  assert.match(stage.ask(ada, 'CONNECT Ada END').join(), /^CONNECTED/, 'who has a character needs no room')
  const cy = stage.connect()
  assert.deepEqual(stage.ask(cy, 'CONNECT Cy END'), ['The hunt has begun, nobody is connected now.'])
  assert.equal(stage.host.stats.players, 1)
})

test('[HC6] lists are written as Python prints them, without blanks: whole numbers, and names that no list is made of', () => {
  const stage = new Stage()
  const ada = stage.join('Ada')
  stage.host.world.spawn('villager', {
    ...{ position: { x: 127.96, y: 128.33 }, mood: 0, name: "O'Hara (the, [1st]) of Kilkenny" },
  } as never)
  stage.run(60)
  const [state] = stage.ask(ada, 'INPUT Ada . END')
  assert.equal(state, `LOBBY [] STATE [${ADA},'(1,O_Hara__the___1s,(0,0,0),(1270,1267),(20,20))'] END`)
})

test('[HC7] the state is what the phase wants: lobby, transition, game with shades, transition back', () => {
  let match: MatchState = { phase: 'lobby', ready: ['Ada', 'Bob the 2nd'] }
  const dark = () => [0, 0, 256, 0, 256, 256, 0, 256, 0, 0, 100, 100, 200, 100, 150, 200.04, 100, 100, 0, 0]
  const stage = new Stage({ match: () => match, dark })
  const ada = stage.join('Ada')
  const state = (next: MatchState): readonly string[] => {
    match = next
    return stage.ask(ada, 'INPUT Ada . END', 60)
  }
  const players = `STATE [${ADA}]`
  const frame = '(0,2560),(2560,2560),(2560,0),(0,0),(0,2560)'
  const shades = `SHADES [${frame},(1000,1560),(2000,1560),(1500,560),(1000,1560),(0,2560)]`
  assert.deepEqual(state(match), [`LOBBY [Ada,Bob_the_2nd] ${players} END`])
  assert.deepEqual(state({ phase: 'counting', words: 'It begins in 3 s, run!' }), [
    `TRANSITION_LOBBY_GAME It_begins_in_3_s_run! ${players} END`,
  ])
  assert.deepEqual(state({ phase: 'hunt', seconds: 187.2 }), [`GAME 188 ${players} ${shades} END`])
  assert.deepEqual(state({ phase: 'result', words: 'The seekers have won.' }), [
    `TRANSITION_GAME_LOBBY The_seekers_have_won. ${players} ${shades} END`,
  ])
})

test('[HC8] what somebody says is shown for some seconds, as words in the middle of the picture', () => {
  const stage = new Stage()
  const ada = stage.join('Ada')
  const { id } = [...stage.host.world.entities('villager')][0]
  stage.host.world.tell('said', { who: id, text: 'Hello, all of you.' }, { everyone: true })
  stage.run(60)
  const words = 'TRANSITION_LOBBY_GAME Ada:_Hello_all_of_you.'
  assert.deepEqual(stage.ask(ada, 'INPUT Ada . END'), [`LOBBY [] ${words} STATE [${ADA}] END`])
  stage.run(4000)
  assert.deepEqual(stage.ask(ada, 'INPUT Ada . END'), [`LOBBY [] STATE [${ADA}] END`])
})

test('[HC9] an address is told at most four times a second that it is in; what is left out is counted', () => {
  const stage = new Stage()
  const links = Array.from({ length: 6 }, () => stage.connect('10.0.0.9'))
  for (const [at, link] of links.entries()) link.receive(encoder.encode(`CONNECT Ada_${at} END`))
  stage.run(150)
  assert.equal(links.filter(({ out }) => out.length > 0).length, 4)
  assert.equal(stage.host.stats.dialects.haunted['connect-left-out'], 2)
  stage.run(1000)
  assert.match(stage.ask(links[5], 'CONNECT Ada_5 END', 20).join(), /^CONNECTED/)
})

test('[HC10] who floods walks no faster, and who falls silent stands still', () => {
  const stage = new Stage()
  const [ada, bob] = [stage.join('Ada'), stage.join('Bob')]
  for (let count = 0; count < 20; count++) {
    stage.ask(ada, 'INPUT Ada RIGHT END', 0)
    for (let more = 0; more < 5; more++) stage.ask(bob, 'INPUT Bob RIGHT END', 0)
    stage.run(50)
  }
  const x = () => [...stage.host.world.entities('villager')].map(({ position }) => position.x)
  assert.deepEqual(x()[0], x()[1])
  assert.ok(Math.abs(x()[0] - 130) < 0.2)
  stage.run(500)
  const stood = x()
  stage.run(1000)
  assert.deepEqual(x(), stood)
})

test('[HC11] an answer has at most 3,000 bytes, and the own character is always in it', () => {
  const blocks = () =>
    Array.from({ length: 200 }, (_, i) => ({ rgb: [1, 2, 3] as const, x: i, y: i, w: 9, h: 9 }))
  const stage = new Stage({ blocks, match: () => ({ phase: 'hunt', seconds: 9 }) }, { people: 200 })
  const ada = stage.connect()
  const [connected] = stage.ask(ada, 'CONNECT Ada END')
  const [state] = stage.ask(ada, 'INPUT Ada . END')
  for (const answer of [connected, state]) {
    const { length } = encoder.encode(answer)
    assert.ok(length <= 3000 && length > 2700, `${length} bytes`)
    assert.ok(answer.includes(ADA))
  }
  assert.equal(connected.split(' ').length, 11)
})

test('[HC12] who asks again in the same tick gets the same answer, and no more than three of them', () => {
  const stage = new Stage()
  const ada = stage.join('Ada')
  ada.out.length = 0
  for (let count = 0; count < 5; count++) ada.receive(encoder.encode('INPUT Ada RIGHT END'))
  assert.equal(ada.texts.length, 3)
  assert.equal(new Set(ada.texts).size, 1)
  assert.equal(stage.host.stats.dialects.haunted['too-often'], 2)
  stage.run(500)
  assert.equal(ada.texts.length, 3)
})

test('[HC12] over a stream, where nobody asks again, what is over three in a tick is answered in the next', () => {
  const stage = new Stage({}, { carries: 'stream' })
  const ada = stage.join('Ada')
  ada.out.length = 0
  for (let count = 0; count < 5; count++) ada.receive(encoder.encode('INPUT Ada . END'))
  const answers = (): number => ada.texts.join('').split(' STATE ').length - 1
  assert.equal(answers(), 3)
  stage.run(150)
  assert.equal(answers(), 5)
  // Whoever asks without end is not owed more than three.
  for (let count = 0; count < 500; count++) ada.receive(encoder.encode('INPUT Ada . END'))
  stage.run(1000)
  assert.equal(answers(), 5 + 3 + 3)
  assert.equal(ada.isOpen, true)
})

test('[HC13] who leaves is gone at once and is told so as often as it asks; who is silent for 20 s frees the place', () => {
  const stage = new Stage()
  const [ada, bob] = [stage.join('Ada'), stage.join('Bob')]
  assert.deepEqual(stage.ask(bob, 'DISCONNECTION Ada END'), [])
  assert.deepEqual(stage.ask(bob, 'DISCONNECTION Bob END', 100), ['DISCONNECTED Bob END'])
  assert.equal(stage.host.stats.players, 1)
  assert.deepEqual(stage.ask(bob, 'DISCONNECTION Bob END', 100), ['DISCONNECTED Bob END'])
  stage.run(2500)
  assert.equal(bob.isOpen, false)
  assert.deepEqual(stage.ask(stage.connect(), 'DISCONNECTION Bob END'), ['DISCONNECTED Bob END'])
  stage.run(20_200)
  assert.deepEqual([ada.isOpen, stage.host.stats.players], [false, 0])
})

test('[HC15] a team that is held down is chosen once, and READY says that one is ready, and again that one is not', () => {
  const asked: string[] = []
  let ready: readonly string[] = []
  const wish = (text: string) => {
    asked.push(text)
    return { request: 'say', body: { text } }
  }
  const stage = new Stage({
    match: () => ({ phase: 'lobby', ready }),
    choose: (team) => wish(`team ${team}`),
    ready: (isReady) => wish(`ready ${isReady}`),
  })
  const ada = stage.join('Ada')
  for (let count = 0; count < 6; count++) stage.ask(ada, 'INPUT Ada BLUE END', 50)
  stage.ask(ada, 'INPUT Ada RED END', 50)
  assert.deepEqual(asked, ['team 2'], 'she is in the red one')
  stage.ask(ada, 'INPUT Ada READY END')
  ready = ['Ada']
  stage.ask(ada, 'INPUT Ada READY END')
  assert.deepEqual(asked, ['team 2', 'ready true', 'ready false'])
})

test('[HC16] walls that are moved while people play are told in the place of players and shades, three times, by turns', () => {
  const blocks = ({ hash }: { readonly hash: string }) => [
    { rgb: [1, 2, 3] as const, x: hash === before ? 0 : 40, y: 0, w: 9, h: 9 },
  ]
  const stage = new Stage({ blocks, match: () => ({ phase: 'hunt', seconds: 9 }) })
  const before = stage.hash
  const ada = stage.connect()
  assert.match(stage.ask(ada, 'CONNECT Ada END').join(), /WALLS \['\(0,\(1,2,3\),\(0,0\),\(9,9\)\)'\]/)
  const state = () =>
    stage
      .ask(ada, 'INPUT Ada . END', 50)
      .join()
      .replace(/STATE .*/, 'STATE')
  assert.deepEqual([state(), state()], ['GAME 9 STATE', 'GAME 9 STATE'])
  const { map } = stage.host.world
  const post = { shape: 'box', x0: 1, y0: 1, x1: 2, y1: 2, kind: 'wall', variety: '' } as const
  stage.host.reloadMap(worldMap({ ...map, solids: [...map.solids, post] }))
  const walls = "GAME 9 WALLS ['(0,(1,2,3),(40,0),(9,9))'] END"
  assert.deepEqual(Array.from({ length: 8 }, state), [
    walls,
    'GAME 9 STATE',
    walls,
    'GAME 9 STATE',
    walls,
    'GAME 9 STATE',
    'GAME 9 STATE',
    'GAME 9 STATE',
  ])
})
