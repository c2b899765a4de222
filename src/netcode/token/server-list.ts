import { Address } from '../address.ts'

/** The most servers in one connect token. */
export const SERVERS_MAX = 32

/** The most bytes `writeServers` may need: the count and 32 IPv6 addresses. */
export const SERVERS_BYTES_MAX = 4 + SERVERS_MAX * 19

/** Returns how many bytes the list takes. */
export function serversBytes(servers: readonly Address[]): number {
  let length = 4
  for (const server of servers) length += server.family === 4 ? 7 : 19
  return length
}

/**
 * Writes a count and then each address: 1, four bytes and a port for IPv4; 2, eight 16-bit groups and a port for IPv6.
 * All numbers little-endian, the groups too.
 *
 * @returns the offset after the last byte written
 */
export function writeServers(view: DataView, start: number, servers: readonly Address[]): number {
  view.setUint32(start, servers.length, true)
  let at = start + 4
  for (const { family, octets, port } of servers) {
    view.setUint8(at++, family === 4 ? 1 : 2)
    if (family === 4) {
      for (let i = 0; i < 4; i++) view.setUint8(at++, octets[i])
    } else {
      for (let i = 0; i < 16; i += 2, at += 2) view.setUint16(at, (octets[i] << 8) | octets[i + 1], true)
    }
    view.setUint16(at, port, true)
    at += 2
  }
  return at
}

export interface ServerList {
  readonly servers: readonly Address[]
  /** The offset after the list. */
  readonly end: number
}

/**
 * Reads what `writeServers` writes. The view must reach SERVERS_BYTES_MAX beyond `start`.
 *
 * @returns undefined when there are none or more than 32, or when a type is neither 1 nor 2
 */
export function readServers(view: DataView, start: number): ServerList | undefined {
  const count = view.getUint32(start, true)
  if (count < 1 || count > SERVERS_MAX) return undefined
  const servers: Address[] = []
  let at = start + 4
  for (let server = 0; server < count; server++) {
    const type = view.getUint8(at++)
    if (type !== 1 && type !== 2) return undefined
    const octets = new Uint8Array(type === 1 ? 4 : 16)
    if (type === 1) {
      for (let i = 0; i < 4; i++) octets[i] = view.getUint8(at++)
    } else {
      for (let i = 0; i < 16; i += 2, at += 2) {
        const group = view.getUint16(at, true)
        octets[i] = group >> 8
        octets[i + 1] = group & 0xff
      }
    }
    servers.push(new Address(octets, view.getUint16(at, true)))
    at += 2
  }
  return { servers, end: at }
}
