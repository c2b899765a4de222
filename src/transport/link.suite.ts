import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { OwnTime } from '../../test/outside/own-time.ts'
import { bytesEqual, Random } from '../core/index.ts'
import type { Link, LinkHandler, LinkOptions, Listener } from './link.ts'

/** One implementation of links, as the suite drives it. */
export interface LinkStage {
  readonly listener: Listener
  /** Makes both ends of a new link. Neither is opened. */
  connect(): Promise<{ client: Link; server: Link }>
  /** Makes the server's end of a link whose client dies without a word when `die` is called. */
  connectMortal(): Promise<{ server: Link; die: () => void }>
  /** Lets things happen until `isSo`; fails when that takes more than some seconds. */
  until(isSo: () => boolean): Promise<void>
  /** Lets everything happen that is due now. */
  settle(): Promise<void>
  /** Listens again where the first listener did; fails if that place is not free. */
  listenAgain(): Promise<Listener>
}

export interface LinkUnderTest {
  readonly name: string
  readonly isReliable: boolean
  /** Whether the client's end stops its peer while it is not opened. A browser's cannot. */
  readonly clientCanPause: boolean
  /**
   * After how many ms of silence the stage's links give up, if nothing else tells of a peer's death. When left out,
   * it is told within a second.
   */
  readonly silenceMs?: number
  /** How long a closing waits for what was sent, in ms of the wall clock; left out where that does not matter. */
  readonly lingerMs?: number
  stage(options?: StageOptions): Promise<LinkStage>
}

export interface StageOptions {
  readonly server?: Partial<LinkOptions>
  readonly client?: Partial<LinkOptions>
}

/** Tests the rules that every link keeps, whatever carries it: docs/spec/link.md, L1 to L17. */
export function linkSuite(link: LinkUnderTest): void {
  const rule = (
    title: string,
    play: (stage: LinkStage, t: TestContext) => Promise<void>,
    options: StageOptions = {},
  ) =>
    test(`${title} (${link.name})`, async (t) => {
      const stage = await link.stage(options)
      const ends: Link[] = []
      const connect = async () => {
        const pair = await stage.connect()
        ends.push(pair.client, pair.server)
        return pair
      }
      try {
        await play({ ...stage, connect }, t)
      } finally {
        for (const end of ends) end.close('the test is over')
        await stage.listener.close('the test is over')
      }
    })

  rule(
    '[L1] every packet from 1 byte to the largest arrives once, whole and in order',
    async (stage) => {
      const { client, server } = await stage.connect()
      const atServer = new Log(server)
      const atClient = new Log(client)
      const sizes = Array.from({ length: 300 }, (_, index) => index + 1)
      for (const size of sizes) {
        assert.ok(client.send(patterned(size, size)))
        assert.ok(server.send(patterned(size, size + 7)))
      }
      await stage.until(() => atServer.packets.length === 300 && atClient.packets.length === 300)
      for (const size of sizes) {
        assert.ok(
          bytesEqual(atServer.packets[size - 1], patterned(size, size)),
          `${size} bytes to the server`,
        )
        assert.ok(
          bytesEqual(atClient.packets[size - 1], patterned(size, size + 7)),
          `${size} bytes to the client`,
        )
      }
    },
    { server: { packetBytesMax: 300 }, client: { packetBytesMax: 300 } },
  )

  rule('[L1] sizes at the borders of every length encoding arrive whole', async (stage) => {
    const { client, server } = await stage.connect()
    const atServer = new Log(server)
    const atClient = new Log(client)
    const sizes = [125, 126, 127, 128, 255, 256, 16_383, 16_384, 65_531, 65_535, 65_536]
    for (const size of sizes) {
      client.send(patterned(size, size))
      server.send(patterned(size, size + 7))
    }
    await stage.until(
      () => atServer.packets.length === sizes.length && atClient.packets.length === sizes.length,
    )
    sizes.forEach((size, index) => {
      assert.ok(bytesEqual(atServer.packets[index], patterned(size, size)), `${size} bytes to the server`)
      assert.ok(bytesEqual(atClient.packets[index], patterned(size, size + 7)), `${size} bytes to the client`)
    })
  })

  rule('[L2] an empty packet and one byte too many are refused, the largest is taken', async (stage) => {
    const { client, server } = await stage.connect()
    for (const end of [client, server]) {
      assert.equal(end.packetBytesMax, 65_536)
      assert.equal(end.send(new Uint8Array(0)), false)
      assert.equal(end.send(new Uint8Array(65_537)), false)
      assert.equal(end.bufferedBytes, 0)
      assert.equal(end.send(new Uint8Array(65_536)), true)
    }
    const atServer = new Log(server)
    await stage.until(() => atServer.packets.length === 1)
  })

  rule('[L3] the bytes may be reused at once, and what lies around a view is never sent', async (stage) => {
    const { client, server } = await stage.connect()
    const atServer = new Log(server)
    const atClient = new Log(client)
    const scratch = Buffer.alloc(64, 0xee)
    for (let turn = 0; turn < 50; turn++) {
      const view =
        turn % 2 === 0 ? scratch.subarray(8, 48) : new Uint8Array(scratch.buffer, scratch.byteOffset + 8, 40)
      view.fill(turn)
      client.send(view)
      server.send(view)
      view.fill(0xff)
    }
    await stage.until(() => atServer.packets.length === 50 && atClient.packets.length === 50)
    for (let turn = 0; turn < 50; turn++) {
      assert.deepEqual(atServer.packets[turn], new Uint8Array(40).fill(turn))
      assert.deepEqual(atClient.packets[turn], new Uint8Array(40).fill(turn))
    }
  })

  rule('[L4] packets that came before open are kept, and delivered first and in order', async (stage) => {
    const { client, server } = await stage.connect()
    for (let count = 0; count < 20; count++) {
      client.send(patterned(100, count))
      server.send(patterned(100, count))
    }
    await stage.settle()
    const atServer = new Log(server)
    const atClient = new Log(client)
    client.send(patterned(100, 20))
    server.send(patterned(100, 20))
    await stage.until(() => atServer.packets.length === 21 && atClient.packets.length === 21)
    for (let count = 0; count <= 20; count++) {
      assert.deepEqual(atServer.packets[count], patterned(100, count))
      assert.deepEqual(atClient.packets[count], patterned(100, count))
    }
  })

  rule('[L4] a link that is closed before it is opened tells so when it is opened', async (stage) => {
    const { client, server } = await stage.connect()
    client.send(patterned(10, 1))
    client.close('changed my mind')
    const atClient = new Log(client)
    await stage.settle()
    const atServer = new Log(server)
    await stage.until(() => atServer.reasons.length === 1 && atClient.reasons.length === 1)
    assert.deepEqual(atServer.packets, [patterned(10, 1)])
    assert.deepEqual(atServer.reasons, ['changed my mind'])
    assert.deepEqual(atClient.reasons, ['changed my mind'])
  })

  rule('[L5] nothing is told from inside open, send or close', async (stage) => {
    const { client, server } = await stage.connect()
    client.send(patterned(10, 1))
    server.send(patterned(10, 1))
    await stage.settle()
    let isInside = true
    let told = 0
    const handler: LinkHandler = {
      receive: () => void (told += isInside ? 1_000_000 : 1),
      closed: () => void (told += isInside ? 1_000_000 : 1),
    }
    for (const end of [client, server]) end.open(handler)
    for (const end of [client, server]) end.send(patterned(10, 2))
    isInside = false
    await stage.until(() => told === 4)
    isInside = true
    for (const end of [client, server]) end.close('')
    isInside = false
    await stage.until(() => told === 6)
  })

  rule('[L5] opening twice is the caller’s mistake', async (stage) => {
    const { client } = await stage.connect()
    client.open({ receive: () => {}, closed: () => {} })
    assert.throws(() => client.open({ receive: () => {}, closed: () => {} }), /transport\/opened-twice/)
  })

  for (const closer of ['client', 'server'] as const) {
    rule(`[L6] the closing is told once at both ends with its reason: by the ${closer}`, async (stage) => {
      const ends = await stage.connect()
      const logs = [new Log(ends.client), new Log(ends.server)]
      ends[closer].close('the tide is out')
      ends[closer].close('again')
      assert.equal(ends[closer].isOpen, false)
      await stage.until(() => logs.every((log) => log.reasons.length > 0))
      await stage.settle()
      for (const log of logs) assert.deepEqual(log.reasons, ['the tide is out'])
      assert.equal(ends.client.isOpen, false)
      assert.equal(ends.server.isOpen, false)
    })

    rule(`[L8] what was sent before the closing arrives before it: by the ${closer}`, async (stage) => {
      // A machine too busy to move the packets in the time that a closing waits for them is asked again.
      for (let tries = 1; ; tries++) {
        const ends = await stage.connect()
        const other = new Log(ends[closer === 'client' ? 'server' : 'client'])
        for (let count = 0; count < 100; count++) assert.ok(ends[closer].send(patterned(5000, count)))
        const start = performance.now()
        ends[closer].close('done')
        await stage.until(() => other.reasons.length === 1)
        if (performance.now() - start >= (link.lingerMs ?? Infinity) && tries < 10) continue
        assert.equal(other.packets.length, 100)
        assert.deepEqual(other.reasons, ['done'])
        return
      }
    })
  }

  rule('[L6] both ends may close at the same time', async (stage) => {
    const { client, server } = await stage.connect()
    const logs = [new Log(client), new Log(server)]
    client.close('I go')
    server.close('You go')
    await stage.until(() => logs.every((log) => log.reasons.length === 1))
    assert.deepEqual(logs[0].reasons, ['I go'])
    assert.deepEqual(logs[1].reasons, ['You go'])
  })

  rule('[L7] after the closing nothing is sent and nothing received', async (stage) => {
    const { client, server } = await stage.connect()
    const atServer = new Log(server)
    const atClient = new Log(client)
    for (let count = 0; count < 50; count++) server.send(patterned(1000, count))
    client.close('enough')
    assert.equal(client.send(patterned(1, 1)), false)
    await stage.until(() => atServer.reasons.length === 1 && atClient.reasons.length === 1)
    assert.equal(server.send(patterned(1, 1)), false)
    await stage.settle()
    assert.equal(atServer.packets.length, 0)
    assert.equal(atClient.packets.length, 0)
  })

  rule('[L7] a handler that closes on the first packet hears of no second one', async (stage) => {
    const { client, server } = await stage.connect()
    new Log(client)
    let heard = 0
    let isTold = false
    server.open({
      receive: () => {
        heard++
        server.close('one is enough')
      },
      closed: () => {
        isTold = true
      },
    })
    for (let count = 0; count < 10; count++) client.send(patterned(10, count))
    await stage.until(() => isTold)
    assert.equal(heard, 1)
  })

  if (link.isReliable) {
    rule(
      '[L9] against a peer that does not read, send refuses at the bound; what it took arrives later',
      async (stage) => {
        const { client, server } = await stage.connect()
        const bound = 200_000
        let taken = 0
        let refused = 0
        for (let round = 0; round < 4000 && refused < 3; round++) {
          while (client.send(patterned(20_000, taken))) {
            taken++
            assert.ok(client.bufferedBytes <= bound, `${client.bufferedBytes} bytes are buffered`)
          }
          await stage.settle()
          refused = client.bufferedBytes > bound - 20_000 ? refused + 1 : 0
        }
        assert.equal(refused, 3)
        assert.ok(client.isOpen)
        const atServer = new Log(server)
        await stage.until(() => atServer.packets.length === taken)
        for (let index = 0; index < taken; index++) {
          assert.ok(bytesEqual(atServer.packets[index], patterned(20_000, index)), `packet ${index}`)
        }
        await stage.until(() => client.bufferedBytes === 0)
        assert.ok(client.send(patterned(20_000, 0)))
      },
      { client: { bufferBytesMax: 200_000 } },
    )

    rule(
      '[L10] a packet larger than the receiver takes closes the link at both ends, with the reason',
      async (stage) => {
        const { client, server } = await stage.connect()
        const atServer = new Log(server)
        const atClient = new Log(client)
        client.send(patterned(1000, 1))
        client.send(patterned(1001, 1))
        client.send(patterned(10, 1))
        await stage.until(() => atServer.reasons.length === 1 && atClient.reasons.length === 1)
        assert.equal(atServer.packets.length, 1)
        assert.deepEqual(atServer.reasons, ['a packet was larger than 1000 bytes'])
        assert.match(atClient.reasons[0], /a packet was larger than/)
      },
      { server: { packetBytesMax: 1000 } },
    )
  } else {
    rule(
      '[L10] a packet larger than the receiver takes is dropped',
      async (stage) => {
        const { client, server } = await stage.connect()
        const atServer = new Log(server)
        for (const size of [1000, 1001, 10]) client.send(patterned(size, 1))
        await stage.until(() => atServer.packets.length === 2)
        assert.deepEqual(
          atServer.packets.map((packet) => packet.length),
          [1000, 10],
        )
        assert.ok(server.isOpen && client.isOpen)
        assert.equal(client.bufferedBytes, 0)
      },
      { server: { packetBytesMax: 1000 } },
    )
  }

  if (!link.clientCanPause) {
    rule(
      '[L4] a link that cannot stop its peer closes when more comes before open than it may keep',
      async (stage) => {
        const { client, server } = await stage.connect()
        server.open({ receive: () => {}, closed: () => {} })
        for (let count = 0; count < 21; count++) server.send(patterned(1000, count))
        await stage.until(() => !client.isOpen)
        const atClient = new Log(client)
        await stage.until(() => atClient.reasons.length === 1)
        assert.equal(atClient.reasons[0], 'too much came before the link was opened')
      },
      { client: { packetBytesMax: 1000, bufferBytesMax: 20_000 } },
    )
  }

  rule('[L11] a listener that closes takes its links with it, and its place is free', async (stage) => {
    const pairs = await Promise.all(Array.from({ length: 5 }, () => stage.connect()))
    const logs = pairs.map(({ client }) => new Log(client))
    const closing = stage.listener.close('the server goes home')
    await stage.until(() => logs.every((log) => log.reasons.length === 1))
    await closing
    for (const log of logs) assert.deepEqual(log.reasons, ['the server goes home'])
    for (const { server } of pairs) assert.equal(server.isOpen, false)
    const again = await stage.listenAgain()
    assert.equal(again.url, stage.listener.url)
    await again.close('')
  })

  const { silenceMs = 0 } = link
  const deadline = silenceMs === 0 ? 'a second' : `a second after ${silenceMs} ms of silence`
  rule(`[L12] a peer that dies without a word is told of within ${deadline}`, async (stage, t) => {
    const { server, die } = await stage.connectMortal()
    const atServer = new Log(server)
    await stage.settle()
    const own = new OwnTime(t)
    die()
    await stage.until(() => atServer.reasons.length === 1)
    assert.ok(own.ms < silenceMs + 1000, `${own.ms} ms`)
    assert.deepEqual(atServer.reasons, ['connection lost'])
    assert.equal(server.send(patterned(1, 1)), false)
  })

  rule('[L13] a hundred links at once do not mix', async (stage) => {
    const pairs = await Promise.all(Array.from({ length: 100 }, () => stage.connect()))
    for (const { server } of pairs) {
      server.open({ receive: (packet) => void server.send(packet), closed: () => {} })
    }
    const atClients = pairs.map(({ client }) => new Log(client))
    for (let count = 0; count < 10; count++) {
      pairs.forEach(({ client }, index) => {
        client.send(patterned(200 + count, index))
      })
    }
    await stage.until(() => atClients.every((log) => log.packets.length === 10))
    atClients.forEach((log, index) => {
      log.packets.forEach((packet, count) => {
        assert.deepEqual(packet, patterned(200 + count, index))
      })
    })
  })

  rule('[L14] a reason longer than 123 bytes is cut between two characters', async (stage) => {
    const { client, server } = await stage.connect()
    const atServer = new Log(server)
    client.close(`a${'ä'.repeat(100)}`)
    await stage.until(() => atServer.reasons.length === 1)
    assert.deepEqual(atServer.reasons, [`a${'ä'.repeat(61)}`])
  })

  rule(
    '[L15] an end knows its peer: the address is the host, the remote tells one link from another',
    async (stage) => {
      const first = await stage.connect()
      const second = await stage.connect()
      assert.ok(first.server.remote.startsWith(first.server.address))
      assert.notEqual(first.server.remote, second.server.remote)
      assert.equal(first.client.isReliable, link.isReliable)
      assert.equal(first.server.isReliable, link.isReliable)
    },
  )

  rule('[L16] a thousand packets cross a thousand', async (stage) => {
    const { client, server } = await stage.connect()
    const atServer = new Log(server)
    const atClient = new Log(client)
    const dice = new Random(16)
    const sizes = Array.from({ length: 1000 }, () => dice.integer(1, 600))
    for (let count = 0; count < 1000; count++) {
      assert.ok(client.send(patterned(sizes[count], count)))
      assert.ok(server.send(patterned(sizes[999 - count], count)))
      if (count % 50 === 0) await stage.settle()
    }
    await stage.until(() => atServer.packets.length === 1000 && atClient.packets.length === 1000)
    for (let count = 0; count < 1000; count++) {
      assert.ok(bytesEqual(atServer.packets[count], patterned(sizes[count], count)))
      assert.ok(bytesEqual(atClient.packets[count], patterned(sizes[999 - count], count)))
    }
  })

  test(`[L17] a buffer that could not hold the largest packet is the caller’s mistake (${link.name})`, async () => {
    const refused = link
      .stage({ server: { packetBytesMax: 100, bufferBytesMax: 99 } })
      .then(async (stage) => {
        await stage.connect()
      })
    await assert.rejects(refused, /transport\/bad-options/)
  })
}

/** What one end heard. */
class Log {
  readonly packets: Uint8Array[] = []
  readonly reasons: string[] = []

  constructor(link: Link) {
    link.open({
      receive: (packet) => void this.packets.push(new Uint8Array(packet)),
      closed: (reason) => void this.reasons.push(reason),
    })
  }
}

/** Makes bytes that differ with every place and every seed. */
function patterned(length: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(length)
  for (let index = 0; index < length; index++) bytes[index] = (index * 31 + seed * 101 + (index >> 8)) & 0xff
  return bytes
}
