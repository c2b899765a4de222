import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FOREVER, instant, Random } from '../core/index.ts'
import { type Link, MemoryNetwork } from '../transport/index.ts'
import { parseWeather } from './weather.ts'
import { bothWays, WeatherAir } from './weather-air.ts'

test('in a rush all that is under way arrives at once and in order, the last word included', () => {
  const network = new MemoryNetwork({ isReliable: true })
  const heard: string[] = []
  network.listen('town', (link) =>
    link.open({
      receive: (packet) => heard.push(`packet ${packet[0]}`),
      closed: (reason) => heard.push(reason),
    }),
  )
  const weather = bothWays(parseWeather('400ms±50 loss=20%'))
  const air = new WeatherAir(weather, { random: new Random(3), now: () => network.now, wake() {} })
  const link = air.wrap(network.connect('town'))
  link.open({ receive() {}, closed() {} })
  const deliver = (): void => {
    while (network.wakeAt <= network.now) network.deliver(network.now)
  }
  deliver()
  for (let i = 0; i < 20; i++) link.send(Uint8Array.of(i))
  link.close('The player left.')
  deliver()
  assert.deepEqual(heard, [])
  air.rush()
  assert.equal(air.wakeAt, FOREVER)
  deliver()
  assert.deepEqual(heard, [...Array.from({ length: 20 }, (_, i) => `packet ${i}`), 'The player left.'])
})

/**
 * Makes an air, its clock, a count of the timers it asked for, and a link through it to a server that notes what it
 * hears.
 */
function sky(weather: string) {
  const network = new MemoryNetwork({ isReliable: true })
  const heard: string[] = []
  const accepted: Link[] = []
  network.listen('town', (link) => {
    accepted.push(link)
    link.open({
      receive: (packet) => void heard.push(String(packet[0])),
      closed: (reason) => void heard.push(reason),
    })
  })
  let timers = 0
  const air = new WeatherAir(bothWays(parseWeather(weather)), {
    random: new Random(3),
    now: () => network.now,
    wake: () => void timers++,
  })
  const inner = network.connect('town')
  const link = air.wrap(inner)
  const told: string[] = []
  link.open({
    receive: (packet) => void told.push(String(packet[0])),
    closed: (reason) => void told.push(reason),
  })
  const deliver = (ms = 0): void => {
    network.deliver(instant(network.now + ms))
    while (network.wakeAt <= network.now) network.deliver(network.now)
  }
  deliver()
  return { air, link, inner, server: accepted[0], heard, told, deliver, timers: () => timers }
}

test('clear weather needs no timer: packets and the closing pass at once, both ways', () => {
  const { air, link, inner, server, heard, told, deliver, timers } = sky('clear')
  for (let i = 0; i < 100; i++) {
    link.send(Uint8Array.of(i))
    server.send(Uint8Array.of(i))
    deliver(10)
  }
  const numbers = Array.from({ length: 100 }, (_, i) => String(i))
  assert.deepEqual([heard, told], [numbers, numbers])
  link.close('The player left.')
  assert.equal(inner.isOpen, false)
  deliver()
  assert.deepEqual([heard.at(-1), told.at(-1)], ['The player left.', 'The player left.'])
  assert.deepEqual([timers(), air.wakeAt], [0, FOREVER])
})

test('weather that clears lets nothing overtake what is under way', () => {
  const { air, link, heard, deliver, timers } = sky('400ms')
  link.send(Uint8Array.of(1))
  air.set(bothWays(parseWeather('clear')))
  link.send(Uint8Array.of(2))
  deliver(399)
  air.poll()
  deliver()
  assert.deepEqual(heard, [])
  deliver(1)
  air.poll()
  deliver()
  assert.deepEqual(heard, ['1', '2'])
  const before = timers()
  link.send(Uint8Array.of(3))
  deliver()
  assert.deepEqual([heard, timers()], [['1', '2', '3'], before])
})

test('a datagram in clear weather passes at once and uncopied; one that is late has a copy of its own', () => {
  const { air, timers } = sky('clear')
  const peer = { host: '203.0.113.7', port: 4000 }
  const bytes = Uint8Array.of(7)
  const passed: Uint8Array[] = []
  const pass = (datagram: Uint8Array): void => void passed.push(datagram)
  for (const way of ['in', 'out'] as const) air.carry(bytes, peer, { way, pass })
  assert.deepEqual([passed.every((datagram) => datagram === bytes), passed.length, timers()], [true, 2, 0])
  air.set(bothWays(parseWeather('5ms')))
  air.carry(bytes, peer, { way: 'out', pass })
  bytes[0] = 8
  air.rush()
  assert.equal(passed[2][0], 7)
})
