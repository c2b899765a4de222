import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OutsideError } from '../core/index.ts'
import { parseConnectUrl, parseListenUrl, portOf, schemes } from './index.ts'
import { formatListenUrl } from './listen-url.ts'

test('[L60] an address to listen at is a transport, a host and a port', () => {
  assert.deepEqual(parseListenUrl('ws://0.0.0.0:4000'), {
    dialect: '',
    scheme: 'ws',
    host: '0.0.0.0',
    port: 4000,
    path: '/',
  })
  assert.deepEqual(parseListenUrl('udp://town.example:0'), {
    dialect: '',
    scheme: 'udp',
    host: 'town.example',
    port: 0,
    path: '',
  })
  assert.deepEqual(parseListenUrl('tcp://[::1]:65535/'), {
    dialect: '',
    scheme: 'tcp',
    host: '::1',
    port: 65_535,
    path: '',
  })
  assert.deepEqual(parseListenUrl('wss://a:1/play'), {
    dialect: '',
    scheme: 'wss',
    host: 'a',
    port: 1,
    path: '/play',
  })
})

test('[L60] what is written back is what was read', () => {
  for (const url of [
    'ws://0.0.0.0:4000',
    'udp://[fd00::2]:1',
    'wss://town.example:443/play',
    'tcp://localhost:0',
    'text+tcp://[::1]:4100',
    'old-web2+ws://a:1/play',
  ]) {
    assert.equal(formatListenUrl(parseListenUrl(url)), url)
  }
})

test('[L66] a dialect that is not our own stands before the scheme, and is none to connect to', () => {
  const { dialect, scheme, port } = parseListenUrl('text+udp://127.0.0.1:4100')
  assert.deepEqual({ dialect, scheme, port }, { dialect: 'text', scheme: 'udp', port: 4100 })
  assert.throws(
    () => parseConnectUrl('text+tcp://127.0.0.1:4100'),
    /names the dialect text, .* leave out "text\+"/,
  )
  for (const wrong of ['+tcp://a:1', 'Text+tcp://a:1', '9+tcp://a:1', 'a+b+tcp://a:1', 'text+://a:1'])
    assert.throws(() => parseListenUrl(wrong), /is not an address to listen at/, wrong)
})

test('[L67] a table of schemes says which there are; one that has it from elsewhere may know more', () => {
  const known = { ...schemes, rtc: { carries: ['packets'] } } as const
  assert.equal(parseListenUrl('rtc://town.example:4000', known).scheme, 'rtc')
  assert.throws(
    () => parseListenUrl('rtc://town.example:4000'),
    /use ws:\/\/, wss:\/\/, tcp:\/\/ or udp:\/\/\.$/,
  )
  assert.throws(() => parseListenUrl('constructor://a:1'), /begins with constructor:\/\//)
})

test('[L63] an address to connect to may leave out the port of the web', () => {
  assert.equal(parseConnectUrl('wss://town.example').port, 443)
  assert.equal(parseConnectUrl('ws://[::1]/play').port, 80)
  assert.equal(parseConnectUrl('wss://town.example:4000').port, 4000)
  for (const url of ['tcp://town.example', 'udp://town.example'])
    assert.throws(() => parseConnectUrl(url), /has no port; write it after the host/)
})

test('[L61] a bad address is told in one sentence that shows a good one', () => {
  const told: [string, RegExp][] = [
    ['', /^"" names no transport; write .* ws:\/\/0\.0\.0\.0:4000\.$/],
    ['127.0.0.1:4000', /^"127.0.0.1:4000" names no transport;/],
    ['4000', /names no transport/],
    ['http://127.0.0.1:80', /begins with http:\/\/; use ws:\/\/, wss:\/\/, tcp:\/\/ or udp:\/\/\.$/],
    ['ws://127.0.0.1', /has no port; write it after the host/],
    ['ws://127.0.0.1:', /has no port/],
    ['ws://127.0.0.1:65536', /has port 65536; ports end at 65535\.$/],
    ['ws://127.0.0.1:99999999999999999999', /ports end at 65535/],
    ['ws://:4000', /is not an address to listen at/],
    ['ws://::1:4000', /is not an address to listen at/],
    ['ws://[]:4000', /is not an address/],
    ['ws://[abc]:4000', /names the host "\[abc\]", which is neither a name nor an address/],
    ['ws://-town:4000', /names the host "-town"/],
    ['ws://me:secret@town:4000', /is not an address/],
    ['ws://town:4000 ', /is not an address/],
    ['ws://town:4000/a b', /is not an address/],
    ['ws://town:-1', /is not an address/],
    ['ws://town:4e3', /is not an address/],
    ['tcp://town:4000/path', /has a path; only ws:\/\/ and wss:\/\/ addresses have one/],
    ['WS://town:4000', /is not an address/],
  ]
  for (const [text, sentence] of told) {
    assert.throws(
      () => parseListenUrl(text),
      (error) => {
        assert.ok(error instanceof OutsideError, text)
        assert.match(error.message, sentence)
        return true
      },
    )
  }
})

test('the port of a URL is what it ends with, whatever its host', () => {
  assert.deepEqual(
    ['ws://town:4000', 'udp://[::1]:65535', 'tcp://127.0.0.1:0'].map(portOf),
    [4000, 65_535, 0],
  )
})
