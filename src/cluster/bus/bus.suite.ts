import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Link } from '../../transport/index.ts'
import type { Answer, Bus, BusFollower } from './bus.ts'

/** One implementation of the bus, as the suite drives it. */
export interface BusStage {
  /** Adds a process, which all others know. */
  join(name: string): Promise<Bus>
  /** Ends a process without a word. */
  crash(name: string): Promise<void>
  /** Breaks all ways between processes for a moment; resolves when they can come about again. */
  shake(): Promise<void>
  /** Lets things happen until `isSo`; fails when that takes more than some seconds. */
  until(isSo: () => boolean): Promise<void>
  /** Lets this much time pass. */
  pass(ms: number): Promise<void>
  close(): Promise<void>
}

export interface BusUnderTest {
  readonly name: string
  /** A reason why it is left out here. */
  readonly missing?: string | undefined
  /** Whether a process knows if anybody follows a topic. */
  readonly knowsFollowers: boolean
  /** Whether it is told when the way to a process breaks. */
  readonly tellsDown: boolean
  stage(options?: { linkPatienceMs?: number; linkBufferBytesMax?: number }): Promise<BusStage>
}

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values)
const text = (said: string): Uint8Array => new TextEncoder().encode(said)
const read = (said: Uint8Array): string => new TextDecoder().decode(said)
const told = (answer: Answer): string => (answer.is === 'answered' ? read(answer.body) : answer.why)

/** Notes what a follower hears: "begun", "1,2,3", "broken: gap". */
function follower(log: string[]): BusFollower {
  return {
    begun: () => void log.push('begun'),
    receive: (packet) => void log.push(packet.join()),
    broken: (why) => void log.push(`broken: ${why}`),
  }
}

/** Notes what a link hears. */
function listen(link: Link, log: string[] = []): string[] {
  link.open({
    receive: (packet) => void log.push(packet.length > 8 ? `${packet.length} bytes` : packet.join()),
    closed: (reason) => void log.push(`closed: ${reason}`),
  })
  return log
}

/** Tests what every bus promises, whatever carries it: docs/spec/bus.md. */
export function busSuite(under: BusUnderTest): void {
  const rule = (
    title: string,
    play: (stage: BusStage) => Promise<void>,
    options: Parameters<BusUnderTest['stage']>[0] = {},
  ) =>
    test(`${title} (${under.name})`, { skip: under.missing ?? false }, async () => {
      const stage = await under.stage(options)
      try {
        await play(stage)
      } finally {
        await stage.close()
      }
    })

  rule(
    '[BUS1] whoever follows a topic is given all of it from `begun` on, in order, and nobody else anything',
    async (stage) => {
      const [a, b, c] = [await stage.join('a'), await stage.join('b'), await stage.join('c')]
      const logs: Record<string, string[]> = { b: [], c: [], other: [] }
      const following = b.follow('a', 'cell.7', follower(logs.b))
      c.follow('a', 'cell.8', follower(logs.other))
      await stage.until(() => logs.b.length === 1 && logs.other.length === 1)
      for (let count = 0; count < 100; count++) a.publish('cell.7', bytes(count))
      c.follow('a', 'cell.7', follower(logs.c))
      await stage.until(() => logs.b.length === 101 && logs.c.includes('begun'))
      assert.deepEqual(logs.b, ['begun', ...Array.from({ length: 100 }, (_, count) => String(count))])
      following.close()
      await stage.pass(50)
      a.publish('cell.7', bytes(200))
      a.publish('cell.7', bytes(201))
      await stage.until(() => logs.c.length === 3)
      assert.deepEqual(logs.c, ['begun', '200', '201'])
      assert.equal(logs.b.length, 101)
      assert.deepEqual(logs.other, ['begun'])
    },
  )

  rule('[BUS1] two followers of one process share what comes; each can leave alone', async (stage) => {
    const [a, b] = [await stage.join('a'), await stage.join('b')]
    const [first, second]: string[][] = [[], []]
    const one = b.follow('a', 'x', follower(first))
    await stage.until(() => first.length === 1)
    b.follow('a', 'x', follower(second))
    await stage.until(() => second.length === 1)
    a.publish('x', bytes(1))
    await stage.until(() => first.length === 2 && second.length === 2)
    one.close()
    a.publish('x', bytes(2))
    await stage.until(() => second.length === 3)
    assert.deepEqual(first, ['begun', '1'])
  })

  rule(
    '[BUS2] what is asked at `begun` is answered with nothing missing between the answer and what follows',
    async (stage) => {
      const [a, b] = [await stage.join('a'), await stage.join('b')]
      let count = 0
      a.answer('whole', (_question, _from, reply) => reply(bytes(count)))
      const heard: number[] = []
      const breaks: string[] = []
      let whole = -1
      const publish = (): void => a.publish('x', bytes(++count))
      publish()
      b.follow('a', 'x', {
        begun: () =>
          b.ask(
            'a',
            'whole',
            bytes(),
            (answer) => (whole = Number(answer.is === 'answered' && answer.body[0])),
          ),
        receive: ([one]) => void heard.push(one),
        broken: (why) => void breaks.push(why),
      })
      while (heard.length < 20 || whole < 0) {
        publish()
        await stage.pass(2)
      }
      assert.ok(whole >= 1)
      assert.deepEqual(breaks, [])
      assert.ok(heard[0] <= whole + 1, `the whole was ${whole}, and the first heard was ${heard[0]}`)
      assert.deepEqual(
        heard,
        Array.from(heard, (_, at) => heard[0] + at),
      )
    },
  )

  rule(
    '[BUS3] a topic that may have lost something says so, begins again, and has nothing missing after that',
    async (stage) => {
      const [a, b] = [await stage.join('a'), await stage.join('b')]
      const log: string[] = []
      b.follow('a', 'x', follower(log))
      await stage.until(() => log.length === 1)
      a.publish('x', bytes(1))
      await stage.until(() => log.length === 2)
      const shaken = stage.shake()
      for (let count = 2; count < 8; count++) a.publish('x', bytes(count))
      await shaken
      await stage.until(() => log.filter((one) => one === 'begun').length === 2)
      const from = log.length
      for (let count = 8; count < 12; count++) a.publish('x', bytes(count))
      await stage.until(() => log.at(-1) === '11')
      assert.ok(
        log.some((one) => one.startsWith('broken')),
        log.join(' '),
      )
      assert.deepEqual(log.slice(from), ['8', '9', '10', '11'])
      const known = log.filter((one) => /^\d+$/.test(one)).map(Number)
      assert.deepEqual(
        known,
        [...new Set(known)].sort((x, y) => x - y),
        'nothing twice, nothing out of order',
      )
    },
  )

  rule('[BUS4] a question has one answer, now or later, from whom it was asked', async (stage) => {
    const [a, b] = [await stage.join('a'), await stage.join('b')]
    a.answer('name', (question, from, reply) => reply(text(`${read(question)} for ${from}`)))
    b.answer('name', (_question, _from, reply) => reply(undefined))
    let late: (() => void) | undefined
    a.answer('late', (_question, _from, reply) => (late = () => reply(text('at last'))))
    const answers: string[] = []
    const ask = (process: string, about: string): void =>
      b.ask(process, about, text('x'), (answer) => void answers.push(`${about}: ${told(answer)}`))
    ask('a', 'name')
    ask('a', 'late')
    ask('a', 'nobody-knows')
    a.ask('b', 'name', text('y'), (answer) => void answers.push(`back: ${told(answer)}`))
    await stage.until(() => answers.length === 3 && late !== undefined)
    late?.()
    late?.()
    await stage.until(() => answers.length === 4)
    await stage.pass(20)
    const wanted = ['back: refused', 'late: at last', 'name: x for b', 'nobody-knows: refused']
    assert.deepEqual(answers.sort(), wanted)
  })

  rule('[BUS4] a question that is not answered in time is late, and one to nobody too', async (stage) => {
    const a = await stage.join('a')
    const b = await stage.join('b')
    a.answer('mute', () => {})
    const answers: string[] = []
    b.ask('a', 'mute', bytes(), (answer) => void answers.push(told(answer)), { patienceMs: 200 })
    b.ask('nobody', 'mute', bytes(), (answer) => void answers.push(told(answer)), { patienceMs: 200 })
    assert.deepEqual(answers, [])
    await stage.until(() => answers.length === 2)
    assert.deepEqual(answers, ['late', 'late'])
  })

  rule('[BUS5] a question is carried out once, however often the way breaks', async (stage) => {
    const [a, b] = [await stage.join('a'), await stage.join('b')]
    let count = 0
    a.answer('count', (_question, _from, reply) => reply(bytes(++count)))
    const answers: string[] = []
    const ask = (): void =>
      b.ask(
        'a',
        'count',
        bytes(),
        (answer) => void answers.push(answer.is === 'failed' ? answer.why : answer.is),
        // A broker that is started again on a busy machine takes its time.
        { patienceMs: 30_000 },
      )
    ask()
    await stage.until(() => answers.length === 1)
    const shaken = stage.shake()
    for (let more = 0; more < 20; more++) ask()
    await shaken
    await stage.until(() => answers.length === 21)
    assert.deepEqual(
      answers,
      answers.map(() => 'answered'),
    )
    assert.equal(count, 21)
  })

  rule('[BUS6] a link carries every packet once, whole and in order, both ways', async (stage) => {
    const [a, b] = [await stage.join('a'), await stage.join('b')]
    const logs: string[][] = []
    a.accept((link, from) => {
      assert.equal(from, 'b')
      logs.push(listen(link))
      for (let size = 9; size < 400; size++) link.send(new Uint8Array(size))
    })
    const link = b.connect('a')
    const log = listen(link)
    for (let size = 9; size < 400; size++) assert.ok(link.send(new Uint8Array(size)))
    const largest = new Uint8Array(link.packetBytesMax)
    assert.ok(link.send(largest))
    assert.equal(link.send(new Uint8Array(0)), false)
    assert.equal(link.send(new Uint8Array(link.packetBytesMax + 1)), false)
    await stage.until(() => logs[0]?.length === 392 && log.length === 391)
    const sizes = Array.from({ length: 391 }, (_, at) => `${at + 9} bytes`)
    assert.deepEqual(logs[0], [...sizes, `${link.packetBytesMax} bytes`])
    assert.deepEqual(log, sizes)
    await stage.until(() => link.bufferedBytes === 0)
  })

  rule('[BUS6] two links between the same processes are two', async (stage) => {
    const [a, b] = [await stage.join('a'), await stage.join('b')]
    const logs: string[][] = []
    a.accept((link) => void logs.push(listen(link)))
    b.accept((link) => void logs.push(listen(link)))
    for (const [from, to] of [
      [b, 'a'],
      [b, 'a'],
      [a, 'b'],
    ] as const)
      from.connect(to).send(bytes(logs.length, 1))
    await stage.until(() => logs.length === 3 && logs.every(({ length }) => length === 1))
  })

  rule('[BUS7] closing comes after what was sent, and is told once on both sides', async (stage) => {
    const [a, b] = [await stage.join('a'), await stage.join('b')]
    const logs: string[][] = []
    a.accept((link) => void logs.push(listen(link)))
    const link = b.connect('a')
    const log = listen(link)
    for (let count = 0; count < 50; count++) link.send(bytes(count))
    link.close('that was all')
    link.close('again')
    assert.deepEqual(log, [], 'nothing is told from inside close')
    assert.equal(link.send(bytes(1)), false)
    await stage.until(() => logs[0]?.length === 51 && log.length === 1)
    assert.equal(logs[0].at(-1), 'closed: that was all')
    assert.deepEqual(log, ['closed: that was all'])
  })

  rule(
    '[BUS8] a link whose peer takes nothing in refuses more when its buffer is full, and goes on when it does',
    async (stage) => {
      const [a, b] = [await stage.join('a'), await stage.join('b')]
      const links: Link[] = []
      a.accept((link) => void links.push(link))
      const link = b.connect('a')
      await stage.until(() => links.length === 1)
      let sent = 0
      for (; sent < 10_000; sent++) {
        if (!link.send(new Uint8Array(1000))) break
        if (sent % 10 === 0) await stage.pass(1)
      }
      assert.ok(sent >= 20 && sent <= 220, `${sent} were taken`)
      assert.ok(link.bufferedBytes <= 100_000)
      const log = listen(links[0])
      await stage.until(() => log.length === sent)
      await stage.until(() => link.send(bytes(7)))
      await stage.until(() => log.at(-1) === '7')
    },
    { linkBufferBytesMax: 100_000 },
  )

  rule('[BUS9] a broken way is no broken link: nothing is lost, doubled or out of order', async (stage) => {
    const [a, b] = [await stage.join('a'), await stage.join('b')]
    const numbers: number[][] = [[], []]
    const note = (link: Link, at: number): void =>
      link.open({
        receive: (packet) => void numbers[at].push(packet[0] + 256 * packet[1]),
        closed: (reason) => assert.ok(reason.startsWith('done'), reason),
      })
    const links: Link[] = []
    a.accept((link) => {
      links.push(link)
      note(link, 0)
    })
    links.push(b.connect('a'))
    note(links[0], 1)
    await stage.until(() => links.length === 2)
    const count = 600
    for (let sent = 0; sent < count; sent++) {
      for (const link of links) assert.ok(link.send(bytes(sent & 255, sent >> 8)))
      if (sent === 200) await stage.shake()
      if (sent % 50 === 0) await stage.pass(1)
    }
    await stage.until(() => numbers[0].length >= count && numbers[1].length >= count)
    const whole = Array.from({ length: count }, (_, at) => at)
    assert.deepEqual(numbers[0], whole)
    assert.deepEqual(numbers[1], whole)
    links[0].close('done')
  })

  rule(
    '[BUS10] a process that died: its links close when patience ends, and at once when it is said to be gone',
    async (stage) => {
      const [a, b, c] = [await stage.join('a'), await stage.join('b'), await stage.join('c')]
      for (const bus of [a, c]) bus.accept((link) => void listen(link))
      const downs: string[] = []
      b.observe((process, is) => void downs.push(`${process} ${is}`))
      const [first, second] = [b.connect('a'), b.connect('c')]
      const [log, other] = [listen(first), listen(second)]
      const topic: string[] = []
      b.follow('c', 'x', follower(topic))
      await stage.until(() => topic.length === 1 && first.bufferedBytes + second.bufferedBytes === 0)
      await stage.crash('a')
      await stage.crash('c')
      first.send(bytes(1))
      const answers: string[] = []
      b.ask('c', 'what', bytes(), (answer) => void answers.push(told(answer)))
      if (under.tellsDown) await stage.until(() => downs.includes('a down') && downs.includes('c down'))
      b.forget('c')
      await stage.until(() => other.length === 1 && answers.length === 1)
      assert.deepEqual(other, ['closed: the peer is gone'])
      assert.deepEqual(answers, ['gone'])
      assert.equal(topic.at(-1), 'broken: gone')
      assert.deepEqual(log, [])
      await stage.until(() => log.length === 1)
      assert.deepEqual(log, ['closed: the peer does not answer'])
    },
    { linkPatienceMs: 1000 },
  )

  rule('[BUS13] what one end has given up ends at the other, though neither says anything', async (stage) => {
    const [a, b] = [await stage.join('a'), await stage.join('b')]
    const logs: string[][] = []
    for (const bus of [a, b]) bus.accept((link) => void logs.push(listen(link)))
    const links = [b.connect('a'), a.connect('b')]
    const [log, given] = links.map((link) => listen(link))
    for (const link of links) link.send(bytes(1))
    await stage.until(() => logs.length === 2 && links.every(({ bufferedBytes }) => bufferedBytes === 0))
    await stage.pass(100)
    a.forget('b')
    await stage.until(() => given.length + log.length === 2 && logs.every(({ length }) => length === 2))
    assert.deepEqual([given, log], [['closed: the peer is gone'], ['closed: connection lost']])
    assert.deepEqual(logs.map(([, ending]) => ending).sort(), [
      'closed: connection lost',
      'closed: the peer is gone',
    ])
    // Between the two goes on what is opened from then on.
    const anew = listen(b.connect('a'))
    await stage.until(() => logs.length === 3)
    await stage.pass(100)
    assert.deepEqual(anew, [])
  })

  rule('[BUS11] names and sizes that cannot be are refused at once, with what to do', async (stage) => {
    const a = await stage.join('a')
    for (const topic of ['', '.', 'a..b', 'a b', 'a>', '*', 'ä', 'x'.repeat(33), 'a.b.c.d.e.f.g'])
      assert.throws(() => a.publish(topic, bytes(1)), /cluster\/bad-name/, topic)
    for (const process of ['', 'a.b', 'a b', 'x'.repeat(41)])
      assert.throws(() => a.connect(process), /cluster\/bad-name/)
    assert.throws(() => a.publish('x', bytes()), /cluster\/bad-size/)
    assert.throws(() => a.publish('x', new Uint8Array(2 ** 21)), /cluster\/bad-size/)
    assert.throws(() => a.ask('b', 'x', new Uint8Array(2 ** 21), () => {}), /cluster\/bad-size/)
  })

  rule(
    '[BUS12] whether a topic is followed is known where it can be, and never denied wrongly',
    async (stage) => {
      const [a, b] = [await stage.join('a'), await stage.join('b')]
      if (under.knowsFollowers) assert.equal(a.isFollowed('x'), false)
      const log: string[] = []
      const following = b.follow('a', 'x', follower(log))
      await stage.until(() => log.length === 1)
      assert.equal(a.isFollowed('x'), true)
      following.close()
      if (under.knowsFollowers) await stage.until(() => !a.isFollowed('x'))
    },
  )
}
