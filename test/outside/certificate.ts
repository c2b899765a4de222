import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { isIP } from 'node:net'

/**
 * A certificate that signs itself, and its key, in PEM: what a test shows and trusts. Made without any tool (RFC 5280).
 */
export function selfSigned({
  hosts = ['localhost', '127.0.0.1'],
  days = 30,
}: {
  readonly hosts?: readonly string[]
  /** From now on; negative for one that is over. */
  readonly days?: number
} = {}): { readonly cert: string; readonly key: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const name = sequence(set(sequence(objectId([2, 5, 4, 3]), tagged(0x0c, Buffer.from(hosts[0])))))
  const now = Date.now()
  const ecdsaWithSha256 = sequence(objectId([1, 2, 840, 10045, 4, 3, 2]))
  const content = sequence(
    tagged(0xa0, integer(2)),
    integer(1 + Math.floor(Math.random() * 2 ** 30)),
    ecdsaWithSha256,
    name,
    sequence(time(now - 86_400_000 * 10), time(now + 86_400_000 * days)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, sequence(mayBeTrusted(), alternativeNames(hosts))),
  )
  const cert = sequence(content, ecdsaWithSha256, bits(signature(content, privateKey)))
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${cert.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
  }
}

/** Basic constraints: it may stand as the root of a chain, here of itself alone. */
function mayBeTrusted(): Buffer {
  const truth = tagged(0x01, Buffer.from([0xff]))
  return sequence(objectId([2, 5, 29, 19]), truth, tagged(0x04, sequence(truth)))
}

function alternativeNames(hosts: readonly string[]): Buffer {
  const names = hosts.map((host) =>
    isIP(host) === 4
      ? tagged(0x87, Buffer.from(host.split('.').map(Number)))
      : tagged(0x82, Buffer.from(host)),
  )
  return sequence(objectId([2, 5, 29, 17]), tagged(0x04, sequence(...names)))
}

function signature(content: Buffer, key: KeyObject): Buffer {
  return sign('sha256', content, { key, dsaEncoding: 'der' })
}

/** One element of DER: its tag, its length, its content. */
function tagged(tag: number, content: Buffer): Buffer {
  const { length } = content
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tagged(0x30, Buffer.concat(parts))
}

function set(...parts: readonly Buffer[]): Buffer {
  return tagged(0x31, Buffer.concat(parts))
}

function integer(value: number): Buffer {
  const bytes = Buffer.alloc(5)
  bytes.writeUInt32BE(value, 1)
  let start = 0
  while (start < 4 && bytes[start] === 0 && bytes[start + 1] < 128) start++
  return tagged(0x02, bytes.subarray(start))
}

function bits(bytes: Buffer): Buffer {
  return tagged(0x03, Buffer.concat([Buffer.from([0]), bytes]))
}

function time(ms: number): Buffer {
  return tagged(
    0x17,
    Buffer.from(
      `${new Date(ms)
        .toISOString()
        .replace(/[-:T]|\..*/g, '')
        .slice(2)}Z`,
    ),
  )
}

function objectId([first, second, ...rest]: readonly number[]): Buffer {
  const groups = rest.map((part) => {
    const group = [part & 127]
    for (let left = part >> 7; left > 0; left >>= 7) group.unshift((left & 127) | 128)
    return group
  })
  return tagged(0x06, Buffer.from([first * 40 + second, ...groups.flat()]))
}
