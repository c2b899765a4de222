import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { LoginThrottle, networkOf } from './login-throttle.ts'
import { Throttle } from './throttle.ts'

const START = 1_000_000_000_000

describe('[A10] a throttle', () => {
  const options = { free: 3, waitMs: 1000, waitMaxMs: 8000, forgetMs: 60_000, keysMax: 3 }

  test('lets so many through, and then each waits twice as long as the one before, up to the longest', () => {
    const throttle = new Throttle(options)
    let now = START
    const waits: number[] = []
    for (let i = 0; i < 8; i++) {
      const wait = throttle.waitOf('a', now)
      waits.push(wait)
      now += wait
      throttle.take('a', now)
    }
    assert.deepEqual(waits, [0, 0, 0, 1000, 2000, 4000, 8000, 8000])
    assert.equal(throttle.waitOf('b', now), 0)
  })

  test('what is free is free to those who ask at the same time and are told their times out of order', () => {
    const throttle = new Throttle(options)
    throttle.take('a', START + 5)
    assert.equal(throttle.waitOf('a', START), 0)
    throttle.take('a', START)
    throttle.giveBack('a')
    assert.equal(throttle.waitOf('a', START - 5), 0)
  })

  test('forgets who has been quiet long enough', () => {
    const throttle = new Throttle(options)
    for (let i = 0; i < 9; i++) throttle.take('a', START)
    assert.equal(throttle.waitOf('a', START + 7999), 1)
    throttle.take('a', START + 59_999)
    assert.equal(throttle.waitOf('a', START + 60_000), 7999)
    throttle.take('a', START + 120_000)
    assert.equal(throttle.waitOf('a', START + 120_000), 0)
  })

  test('makes nobody wait longer when the clock goes back', () => {
    const throttle = new Throttle(options)
    for (let i = 0; i < 3; i++) throttle.take('a', START)
    assert.equal(throttle.waitOf('a', START - 1e9), 8000)
  })

  test('remembers so many, and lets go of who was quiet longest', () => {
    const throttle = new Throttle(options)
    for (let i = 0; i < 3; i++) throttle.take('a', START)
    for (const key of ['b', 'c']) throttle.take(key, START)
    assert.ok(throttle.waitOf('a', START) > 0)
    throttle.take('d', START)
    assert.equal(throttle.size, 3)
    assert.equal(throttle.waitOf('a', START), 0)
  })
})

describe('[A11] logins', () => {
  const owner = { account: 'ada', address: '203.0.113.1' }

  test('an account that strangers try from everywhere makes them wait, and not its owner where they have been before', () => {
    const throttle = new LoginThrottle()
    assert.equal(throttle.take(owner, START), 0)
    throttle.succeeded(owner, START)
    for (let i = 0; i < 1000; i++)
      throttle.take({ account: 'ada', address: `198.51.${i >> 8}.${i & 255}` }, START + i)
    assert.ok(throttle.take({ account: 'ada', address: '192.0.2.1' }, START + 1000) > 0)
    assert.equal(throttle.take(owner, START + 1000), 0)
  })

  test('an owner at a new address waits a minute at most, however many strangers go on trying', () => {
    const throttle = new LoginThrottle()
    const stranger = (i: number) => ({ account: 'ada', address: `198.51.${i >> 8}.${i & 255}` })
    let now = START
    let tries = 0
    for (let i = 0; i < 20_000; i++, now += 100) if (throttle.take(stranger(i), now) === 0) tries++
    assert.ok(tries < 60, `${tries} tries in 2,000 s`)
    const wait = throttle.take(owner, now)
    assert.ok(wait <= 60_000)
    assert.equal(throttle.take(owner, now + wait), 0)
  })

  test('one address waits whatever names it tries, and so does its whole /64', () => {
    const throttle = new LoginThrottle()
    for (let i = 0; i < 20; i++)
      assert.equal(throttle.take({ account: `name ${i}`, address: `2001:db8::${i + 1}` }, START), 0)
    assert.equal(throttle.take({ account: 'another', address: '2001:db8::abcd' }, START), 1000)
    assert.equal(throttle.take({ account: 'another', address: '2001:db8:0:1::1' }, START), 0)
  })

  test('good logins cost nothing, and many at once are counted before any has ended', () => {
    const throttle = new LoginThrottle()
    for (let i = 0; i < 500; i++) {
      assert.equal(throttle.take(owner, START), 0)
      throttle.succeeded(owner, START)
    }
    const mallory = { account: 'bob', address: '192.0.2.9' }
    const tried = Array.from({ length: 50 }, () => throttle.take(mallory, START)).filter((wait) => wait === 0)
    assert.equal(tried.length, 10)
  })

  test('a busy server gives the try back', () => {
    const throttle = new LoginThrottle()
    for (let i = 0; i < 50; i++) {
      assert.equal(throttle.take(owner, START), 0)
      throttle.takeBack(owner, START)
    }
  })
})

test('[A10] an address is itself, of IPv6 its network of 64 bits', () => {
  assert.equal(networkOf('203.0.113.1'), '203.0.113.1')
  assert.equal(networkOf('2001:db8:1:2:3:4:5:6'), '2001:db8:1:2::/64')
  assert.equal(networkOf('2001:DB8:0001:2::1'), '2001:db8:1:2::/64')
  assert.equal(networkOf('2001:db8::1'), '2001:db8:0:0::/64')
  assert.equal(networkOf('::1'), '0:0:0:0::/64')
  assert.equal(networkOf('fe80::1%eth0'), 'fe80:0:0:0::/64')
})
