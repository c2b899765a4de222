/**
 * Where packets come from and go to: an IPv4 or IPv6 host and a port. A value: two with the same `text` are the same.
 */
export class Address {
  readonly family: 4 | 6
  /** The host in network order: 4 bytes or 16. Never changed. */
  readonly octets: Uint8Array
  /** 0..65535 */
  readonly port: number
  #host: string | undefined
  #text: string | undefined

  /** @param octets 4 or 16 bytes, kept: the caller gives them away */
  constructor(octets: Uint8Array, port: number) {
    this.family = octets.length === 4 ? 4 : 6
    this.octets = octets
    this.port = port
  }

  /** The host without its port, as sockets want it: "203.0.113.7", "2001:db8::1". */
  get host(): string {
    this.#host ??= this.family === 4 ? this.octets.join('.') : formatGroups(this.octets)
    return this.#host
  }

  /** "203.0.113.7:40000" or "[2001:db8::1]:40000", the one canonical way to write it (RFC 5952). */
  get text(): string {
    this.#text ??= this.family === 4 ? `${this.host}:${this.port}` : `[${this.host}]:${this.port}`
    return this.#text
  }

  equals(other: Address): boolean {
    return this === other || this.text === other.text
  }

  toString(): string {
    return this.text
  }
}

/** Reads what `Address.text` writes, and the longer ways of writing IPv6. The port must be there; zones are refused. */
export function parseAddress(text: string): Address | undefined {
  const colon = text.lastIndexOf(':')
  const bracketed = text.startsWith('[')
  if (colon < 0 || (bracketed && text[colon - 1] !== ']')) return undefined
  const port = parseDecimal(text.slice(colon + 1), 65535)
  if (port === undefined) return undefined
  const host = bracketed ? text.slice(1, colon - 1) : text.slice(0, colon)
  if (host.includes(':') !== bracketed) return undefined
  return addressOf(host, port)
}

/**
 * Makes an address of a bare host ("127.0.0.1", "::1") and a port 0..65535; undefined when the host is neither
 * kind.
 */
export function addressOf(host: string, port: number): Address | undefined {
  const octets = host.includes(':') ? parseGroups(host) : parseQuad(host)
  return octets && new Address(octets, port)
}

function parseQuad(host: string): Uint8Array | undefined {
  const parts = host.split('.', 5)
  if (parts.length !== 4) return undefined
  const octets = new Uint8Array(4)
  for (let i = 0; i < 4; i++) {
    const value = parseDecimal(parts[i], 255)
    if (value === undefined) return undefined
    octets[i] = value
  }
  return octets
}

/** Parses eight groups, at most one run of zeros left out as "::", the last two perhaps written as an IPv4 quad. */
function parseGroups(host: string): Uint8Array | undefined {
  if (host.length > 45) return undefined
  const halves = host.split('::', 3)
  if (halves.length > 2) return undefined
  const head = groupsOf(halves[0], halves.length === 1)
  const tail = halves.length === 2 ? groupsOf(halves[1], true) : []
  if (!head || !tail) return undefined
  const missing = 8 - head.length - tail.length
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined
  const groups = [...head, ...new Array<number>(missing).fill(0), ...tail]
  const octets = new Uint8Array(16)
  for (let i = 0; i < 8; i++) {
    octets[2 * i] = groups[i] >> 8
    octets[2 * i + 1] = groups[i] & 0xff
  }
  return octets
}

function groupsOf(text: string, mayEndInQuad: boolean): number[] | undefined {
  if (text === '') return []
  const groups: number[] = []
  const parts = text.split(':')
  for (let i = 0; i < parts.length; i++) {
    const quad =
      mayEndInQuad && i === parts.length - 1 && parts[i].includes('.') ? parseQuad(parts[i]) : undefined
    if (quad) groups.push((quad[0] << 8) | quad[1], (quad[2] << 8) | quad[3])
    else if (/^[0-9a-fA-F]{1,4}$/.test(parts[i])) groups.push(Number.parseInt(parts[i], 16))
    else return undefined
  }
  return groups
}

/**
 * Formats as RFC 5952 says: lower case, no leading zeros, the longest run of two or more zero groups (the first
 * such) as "::".
 */
function formatGroups(octets: Uint8Array): string {
  const groups: number[] = []
  for (let i = 0; i < 16; i += 2) groups.push((octets[i] << 8) | octets[i + 1])
  let start = 0
  let length = 1
  for (let i = 0; i < 8; i++) {
    let end = i
    while (end < 8 && groups[end] === 0) end++
    if (end - i > length) {
      start = i
      length = end - i
    }
  }
  const text = (from: number, to: number): string =>
    groups
      .slice(from, to)
      .map((group) => group.toString(16))
      .join(':')
  return length < 2 ? text(0, 8) : `${text(0, start)}::${text(start + length, 8)}`
}

function parseDecimal(text: string, most: number): number | undefined {
  if (!/^(0|[1-9][0-9]{0,4})$/.test(text)) return undefined
  const value = Number(text)
  return value <= most ? value : undefined
}
