import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FOREVER, Random } from '../core/index.ts'
import { MemoryNetwork } from '../transport/index.ts'
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
