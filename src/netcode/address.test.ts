import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Address, addressOf, parseAddress } from './address.ts'

test('[S2] an address is written in its one canonical way, however it was written before', () => {
  const ways: Record<string, string> = {
    '127.0.0.1:40000': '127.0.0.1:40000',
    '255.255.255.255:0': '255.255.255.255:0',
    '[::]:1': '[::]:1',
    '[::1]:65535': '[::1]:65535',
    '[2001:DB8:0:0:0:0:0:1]:80': '[2001:db8::1]:80',
    '[2001:0db8:0000:0000:0001:0000:0000:0001]:80': '[2001:db8::1:0:0:1]:80',
    '[2001:db8:0:1:1:1:1:1]:80': '[2001:db8:0:1:1:1:1:1]:80',
    '[::ffff:192.0.2.1]:9': '[::ffff:c000:201]:9',
    '[1:2:3:4:5:6:7::]:9': '[1:2:3:4:5:6:7:0]:9',
    '[fe80::]:9': '[fe80::]:9',
  }
  for (const [given, canonical] of Object.entries(ways)) assert.equal(parseAddress(given)?.text, canonical)
})

test('[S2] what is not an IP address with a port is not an address', () => {
  const wrong = [
    '',
    ':',
    '127.0.0.1',
    '127.0.0.1:',
    '127.0.0.1:65536',
    '127.0.0.1:-1',
    '127.0.0.1:01',
    '1.2.3:4',
  ]
  wrong.push(
    '1.2.3.4.5:6',
    '1.2.3.256:7',
    '01.2.3.4:5',
    '1.2.3.4 :5',
    'localhost:80',
    '::1:80',
    '[::1]',
    '[::1]80',
  )
  wrong.push(
    '[127.0.0.1]:80',
    '[1::2::3]:4',
    '[1:2:3:4:5:6:7]:8',
    '[1:2:3:4:5:6:7:8:9]:1',
    '[1:2:3:4:5:6:7:8::]:1',
  )
  wrong.push(
    '[:::]:1',
    '[12345::]:1',
    '[g::]:1',
    '[fe80::1%eth0]:1',
    '[1.2.3.4::]:1',
    `[${':'.repeat(99)}]:1`,
  )
  for (const text of wrong) assert.equal(parseAddress(text), undefined, text)
})

test('[S2] addresses are equal when host and port are', () => {
  const parse = (text: string): Address => parseAddress(text)!
  assert.ok(parse('[0::0:1]:5').equals(parse('[::1]:5')))
  assert.ok(!parse('[::1]:5').equals(parse('[::1]:6')))
  assert.ok(!parse('1.2.3.4:5').equals(parse('[::1.2.3.4]:5')))
  assert.equal(parse('[2001:db8::7]:5').host, '2001:db8::7')
  assert.ok(addressOf('2001:db8::7', 5)?.equals(parse('[2001:db8::7]:5')))
  assert.equal(addressOf('localhost', 5), undefined)
})
