/** Somebody with a program of another protocol plays behind a gateway process, and meets who plays behind another. */
import assert from 'node:assert/strict'
import { connect as dial } from 'node:net'
import { test } from 'node:test'
import { connect } from 'shardless/client'
import { village } from '../../docs/examples/text-dialect/game.ts'
import { until } from '../../src/transport/socket-stage.suite.ts'
import { carriers } from '../dialect/every-dialect.node.ts'
import { joinAll, meet } from '../dialect/visitors.node.ts'
import { beginCluster } from './cluster-process.node.ts'

const PORT = 24_520
const TEXT_PORT = 24_530
/** The first of a port for each listener and gateway. */
const PORTS = 24_540

test('at gateway processes other protocols are spoken as at a server: both see each other come, walk, talk and go', async (context) => {
  const cluster = await beginCluster(context, {
    ...{ port: PORT, game: 'docs/examples/text-dialect/server.node.ts', regions: 2, districts: 1 },
    more: ['--listen', `text+tcp://127.0.0.1:${TEXT_PORT}`],
  })
  assert.ok(
    cluster.lines.some((line) => line.includes(`nc 127.0.0.1 ${TEXT_PORT + 1}, and type`)),
    cluster.lines.join('\n'),
  )
  const nia = await connect(village, cluster.urls[0], { name: 'Nia' })
  context.after(() => nia.close())
  const heard: string[] = []
  nia.on('said', ({ text }) => heard.push(text))
  const tomAtNia = () => [...nia.entities('villager')].find(({ name }) => name === 'Tom')

  // Tom is at the other gateway.
  const socket = dial({ host: '127.0.0.1', port: TEXT_PORT + 1 })
  context.after(() => socket.destroy())
  let told = ''
  socket.on('data', (chunk) => (told += chunk))
  socket.write('hello Tom\n')
  await until(() => /^in /m.test(told) && /^comes Nia /m.test(told))
  await until(() => tomAtNia() !== undefined)

  socket.write('walk east\nsay Here I am.\n')
  const { x } = tomAtNia()!.position
  await until(() => {
    nia.frame()
    return (tomAtNia()?.position.x ?? 0) > x + 1
  })
  // Who walks on is out of sight in the end.
  socket.write('stop\n')
  nia.command({ east: 0, north: 1 })
  await nia.ask('say', { text: 'Welcome.' })
  await until(() => heard.includes('Here I am.') && /^says Nia: Welcome\.$/m.test(told))
  await until(() => /^moves Nia /m.test(told))
  socket.write('quit\n')
  await until(() => tomAtNia() === undefined)
})

test('behind the gateways of a cluster too, whoever comes by whatever protocol sees all others come, walk and talk', async (context) => {
  const ports = new Map(carriers.map((carrier, at) => [carrier, PORTS + 10 + 10 * at]))
  await beginCluster(context, {
    ...{ port: PORTS, game: 'test/dialect/every-dialect.node.ts', regions: 2, districts: 1 },
    more: [...ports].flatMap(([carrier, port]) => ['--listen', `${carrier}://127.0.0.1:${port}`]),
  })
  // Every other one is at the second gateway.
  const isSecond = (carrier: string): boolean => carriers.indexOf(carrier) % 2 === 0
  const visitors = await joinAll(context, (name) => {
    const [carrier, port] = [...ports].find(([one]) => one.startsWith(name)) ?? ['', PORTS]
    return isSecond(carrier) ? port + 1 : port
  })
  await meet(visitors)
})
