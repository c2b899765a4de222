import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OutsideError } from '../core/index.ts'
import { plainAddress, TrustedProxies } from './peer.node.ts'

test('[L35] IPv4 over an IPv6 socket counts as IPv4, and zones do not count', () => {
  assert.equal(plainAddress('::ffff:203.0.113.7'), '203.0.113.7')
  assert.equal(plainAddress('::FFFF:203.0.113.7'), '203.0.113.7')
  assert.equal(plainAddress('::ffff:7'), '::ffff:7')
  assert.equal(plainAddress('fe80::1%eth0'), 'fe80::1')
  assert.equal(plainAddress('203.0.113.7'), '203.0.113.7')
  assert.equal(plainAddress(undefined), 'unknown')
})

test('[L35] X-Forwarded-For is believed of trusted proxies only, up to the first untrusted hop from the right', () => {
  const proxies = new TrustedProxies(['10.0.0.0/8', '192.0.2.1', 'fd00::/8'])
  const cases: [peer: string, header: string | undefined, origin: string][] = [
    ['203.0.113.7', undefined, '203.0.113.7'],
    ['203.0.113.7', '198.51.100.1', '203.0.113.7'],
    ['10.1.2.3', undefined, '10.1.2.3'],
    ['10.1.2.3', '', '10.1.2.3'],
    ['10.1.2.3', '198.51.100.1', '198.51.100.1'],
    ['10.1.2.3', '6.6.6.6, 198.51.100.1', '198.51.100.1'],
    ['10.1.2.3', '6.6.6.6, 198.51.100.1, 192.0.2.1', '198.51.100.1'],
    ['10.1.2.3', '10.9.9.9,10.8.8.8', '10.9.9.9'],
    ['10.1.2.3', '198.51.100.1, nonsense', '10.1.2.3'],
    ['10.1.2.3', '198.51.100.1, nonsense, 10.9.9.9', '10.9.9.9'],
    ['192.0.2.2', '198.51.100.1', '192.0.2.2'],
    ['fd00::1', '2001:db8::9', '2001:db8::9'],
    ['10.1.2.3', '::ffff:198.51.100.1', '198.51.100.1'],
    ['unknown', '198.51.100.1', 'unknown'],
  ]
  for (const [peer, header, origin] of cases)
    assert.equal(proxies.origin(peer, header), origin, `${peer} ${header}`)
})

test('[L35] a trusted proxy that is no address is told at once', () => {
  for (const proxy of [
    '',
    'proxy',
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0.0/8/9',
    '10.0.0.0/-1',
    'fd00::/129',
    '1.2.3',
  ]) {
    assert.throws(
      () => new TrustedProxies([proxy]),
      (error) =>
        error instanceof OutsideError && error.message.startsWith(`"${proxy}" in the trusted proxies`),
    )
  }
})
