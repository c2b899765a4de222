/** What a real server counts can be read: at `/stats` and `/metrics`, by the command line, in the reference page. */
import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { connect as dial } from 'node:net'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { connect } from 'shardless/client'
import { clusterGroup, defineServer, metrics, otherMetrics, type Server, serve } from 'shardless/server'
import { textDialect } from '../../docs/examples/text-dialect/text-dialect.ts'
import type { MetricRow } from '../../src/core/index.ts'
import type { Dialect } from '../../src/dialect/index.ts'
import { nativeDialect } from '../../src/dialect/native/index.ts'
import { createMemoryStore } from '../../src/store/index.ts'
import { readExposition } from '../../src/web/exposition.suite.ts'
import { field, fieldServer } from '../field/field.ts'
import { metricsPage } from '../house/metrics-page.ts'
import { runShardless } from './shardless.ts'

const text = textDialect({ walk: () => ({}) as never, figure: ({ kind }) => ({ name: kind }) })
const page = fileURLToPath(new URL('../../docs/reference/metrics.md', import.meta.url))

async function open(t: TestContext): Promise<{ server: Server; place: string; udpPort: number }> {
  const definition = defineServer(field, { ...fieldServer.options, accounts: {} })
  const listen = [
    ...['ws://127.0.0.1:0', 'udp://127.0.0.1:0', 'tcp://127.0.0.1:0'],
    ...['text+tcp://127.0.0.1:0', 'bare+udp://127.0.0.1:0'],
  ]
  const dialects: Dialect[] = [text, { ...nativeDialect, name: 'bare', carries: ['datagrams'] }]
  const server = await serve(definition, { listen, dialects, store: createMemoryStore() })
  t.after(() => server.close())
  const udp = server.urls.find((url) => url.startsWith('udp')) as string
  return { server, place: server.pageUrl.replace('http://', ''), udpPort: Number(udp.split(':').at(-1)) }
}

async function read(place: string): Promise<{ stats: { metrics: MetricRow[] }; text: string }> {
  const [stats, text] = await Promise.all([fetch(`http://${place}/stats`), fetch(`http://${place}/metrics`)])
  assert.equal(text.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8')
  return { stats: (await stats.json()) as { metrics: MetricRow[] }, text: await text.text() }
}

function readingOf(rows: readonly MetricRow[], name: string, ...of: string[]): number | undefined {
  const row = rows.find((one) => one.name === name)
  return row?.readings.find(({ labels }) => Object.values(labels).join() === of.join())?.value
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (const end = performance.now() + 60_000; !(await isSo()); ) {
    assert.ok(performance.now() < end, 'it did not come to that')
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}

test('forged datagrams that a sealed listener dropped are told by /stats, /metrics and the command line', async (t) => {
  const { place, udpPort } = await open(t)
  const socket = createSocket('udp4')
  t.after(() => socket.close())
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  // The first byte says: a payload, with a sequence number of one byte. No connection is there for it.
  const forged = Buffer.alloc(64, 0x5a).fill(0x15, 0, 1)
  const short = Buffer.alloc(1, 0x15)
  for (let i = 0; i < 500; i++) {
    socket.send(i < 400 ? forged : short, udpPort, '127.0.0.1')
    if (i % 50 === 49) await new Promise((resolve) => setImmediate(resolve))
  }
  const dropped = 'shardless_netcode_dropped_total'
  const sum = (rows: readonly MetricRow[]): number =>
    rows.find(({ name }) => name === dropped)?.readings.reduce((all, { value }) => all + value, 0) ?? 0
  await until(async () => sum((await read(place)).stats.metrics) === 500)
  const { stats, text } = await read(place)
  const known = readExposition(text).find(({ name }) => name === dropped)
  const counted = stats.metrics.find(({ name }) => name === dropped)
  assert.deepEqual(known?.samples, counted?.readings)
  assert.deepEqual([known?.type, known?.help], ['counter', counted?.meaning])
  const reasons = new Map(known?.samples.map(({ labels, value }) => [labels.reason, value]))
  assert.deepEqual([reasons.get('stranger'), reasons.get('forged')], [500, 0])
  assert.equal(readingOf(stats.metrics, 'shardless_udp_datagrams_in_total'), 500)
  const { code, said } = await runShardless('stats', `ws://${place}`)
  assert.equal(code, 0, said)
  assert.match(said, new RegExp(`${dropped} \\(datagrams\\): [^\\n]+\\n +stranger +500\\n`))
})

test('a server tells every metric of the table, under one name each, and nothing that is not in it', async (t) => {
  const { server, place } = await open(t)
  const [, , tcp] = server.urls
  const ada = await connect(field, server.urls[0], { name: 'Ada' })
  const bob = await connect(field, tcp, { name: 'Bob' })
  t.after(() => [ada, bob].map((client) => client.close()))
  await fetch(`http://${place}/account/me`)
  await fetch(`http://${place}/token`)
  server.host.region.code.failed('update', 'home', new Error('of the game'))
  const knock = dial(Number(place.split(':')[1]), '127.0.0.1')
  knock.end('GET /nowhere HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
  await once(knock.resume(), 'close')
  const typist = dial(Number(server.urls[3].split(':').at(-1)), '127.0.0.1', () => typist.end('xyzzy\n'))
  await once(typist.resume(), 'close')
  bob.close()
  await until(async () => readingOf((await read(place)).stats.metrics, 'shardless_players') === 1)
  const { stats, text } = await read(place)
  const { metrics: rows } = stats
  const names = rows.map(({ name }) => name)
  assert.deepEqual(
    names,
    metrics.map(({ name }) => name),
  )
  assert.deepEqual(
    readExposition(text).map(({ name }) => name),
    names,
  )
  const of = (name: string, ...labels: string[]): number | undefined =>
    readingOf(rows, `shardless_${name}`, ...labels)
  assert.deepEqual([of('connections'), of('connections_accepted_total')], [1, 3])
  assert.deepEqual(
    [of('links', 'websocket'), of('links', 'tcp'), of('links', 'sealed'), of('links', 'datagrams')],
    [1, 0, 0, 0],
  )
  assert.deepEqual([of('links_accepted_total', 'tcp'), of('websocket_refused_total', 'path')], [2, 1])
  assert.deepEqual([of('account_answers_total', 'token'), of('connect_tokens_total', 'given')], [1, 1])
  assert.deepEqual([of('admissions_total', 'guest'), of('game_mistakes_total', 'update')], [2, 1])
  assert.equal(of('connections_closed_total', 'bye'), 1)
  assert.equal(of('dialect_dropped_total', 'text', 'unknown-word'), 1)
  assert.ok((of('ticks_total') as number) > 0 && (of('bytes_out_total') as number) > 0)
})

test('a name says what a metric is: its unit for bytes and seconds, and _total for a counter', () => {
  const all = [...metrics, ...clusterGroup.metrics, ...otherMetrics]
  assert.equal(new Set(all.map(({ name }) => name)).size, all.length)
  for (const { name, kind, unit, meaning, labels, values } of all) {
    assert.match(name, /^shardless_[a-z][a-z_]+$/)
    assert.equal(name.endsWith('_total'), kind === 'counter', name)
    assert.equal(/_bytes(_|$)/.test(name), unit === 'bytes', name)
    assert.equal(/_seconds(_|$)/.test(name), unit === 'seconds', name)
    assert.match(meaning, /^[A-Z].*[^ ]\.$/s, name)
    assert.ok(values.length === 0 || labels.length > 0, name)
    for (const label of labels) assert.match(label, /^[a-z]+$/, name)
  }
})

test('docs/reference/metrics.md is what the table says; WRITE=1 npm test -- test/command-line/metrics.test.ts writes it anew', () => {
  const written = metricsPage()
  if (process.env.WRITE === '1') writeFileSync(page, written)
  assert.equal(readFileSync(page, 'utf8'), written)
})
