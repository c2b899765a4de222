import { OutsideError } from '../core/index.ts'
import { type SchemeRules, type Schemes, schemes } from './scheme.ts'

/** An address to listen at or to call, in parts. */
export interface ListenUrl {
  /** The dialect spoken there: "text" in "text+tcp://..."; empty for our own. */
  readonly dialect: string
  readonly scheme: string
  /** A name or an address; IPv6 without its brackets. */
  readonly host: string
  /** 0 .. 65535; 0 lets the system choose. */
  readonly port: number
  /** On ws and wss: "/" or what was given. Empty on tcp and udp. */
  readonly path: string
}

const shape =
  /^(?:([a-z][a-z0-9-]*)\+)?([a-z]+):\/\/(\[[0-9a-fA-F:.]+\]|[^:/?#[\]@\s]+)(?::([0-9]*))?(\/[^\s]*)?$/
const hostShape = /^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/

/**
 * Reads "ws://0.0.0.0:4000", "tcp://[::1]:4100", "udp://town.example:4000", "text+tcp://127.0.0.1:4200".
 *
 * @param known  the schemes that there are
 * @throws OutsideError with one sentence that says what is wrong with it and how it should look
 */
export function parseListenUrl(text: string, known: Schemes = schemes): ListenUrl {
  return parse(text, known, () => undefined)
}

/**
 * Reads an address to connect to: as for listening, but ws:// and wss:// may leave out their port:
 * "wss://town.example/play".
 *
 * @throws OutsideError with one sentence that says what is wrong with it and how it should look
 */
export function parseConnectUrl(text: string, known: Schemes = schemes): ListenUrl {
  const url = parse(text, known, ({ webPort }) => webPort)
  if (url.dialect === '') return url
  throw new OutsideError(
    `"${text}" names the dialect ${url.dialect}, which its own clients speak; leave out "${url.dialect}+" to connect with this one.`,
  )
}

function parse(
  text: string,
  known: Schemes,
  standardPort: (rules: SchemeRules) => number | undefined,
): ListenUrl {
  const parts = shape.exec(text)
  if (parts === null) throw malformed(text)
  const [, dialect = '', scheme, bracketed, digits, path = ''] = parts
  const rules = Object.hasOwn(known, scheme) ? known[scheme] : undefined
  if (rules === undefined) {
    throw new OutsideError(`"${text}" begins with ${scheme}://; use ${listOf(Object.keys(known))}.`)
  }
  const isBracketed = bracketed.startsWith('[')
  const host = isBracketed ? bracketed.slice(1, -1) : bracketed
  if (isBracketed ? !host.includes(':') : !hostShape.test(host)) {
    throw new OutsideError(`"${text}" names the host "${bracketed}", which is neither a name nor an address.`)
  }
  const isWeb = rules.webPort !== undefined
  if (path !== '' && path !== '/' && !isWeb) {
    throw new OutsideError(`"${text}" has a path; only ws:// and wss:// addresses have one.`)
  }
  const port = parsePort(text, digits || standardPort(rules)?.toString())
  return { dialect, scheme, host, port, path: isWeb ? path || '/' : '' }
}

/** Writes what `parseListenUrl` reads: brackets around IPv6, no path unless there is one. */
export function formatListenUrl(url: ListenUrl): string {
  const path = url.path === '/' ? '' : url.path
  const dialect = url.dialect === '' ? '' : `${url.dialect}+`
  return `${dialect}${url.scheme}://${hostAndPort(url.host, url.port)}${path}`
}

/** Writes "127.0.0.1:4000", "[::1]:4000". */
export function hostAndPort(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

/** Reads the port that a URL, or a host with a port, ends with: 4000 of "ws://127.0.0.1:4000". */
export function portOf(url: string): number {
  return Number(url.slice(url.lastIndexOf(':') + 1))
}

/** Writes "ws://, wss://, tcp:// or udp://". */
function listOf(names: readonly string[]): string {
  const urls = names.map((name) => `${name}://`)
  return [urls.slice(0, -1).join(', '), ...urls.slice(-1)].filter((part) => part !== '').join(' or ')
}

function parsePort(text: string, digits: string | undefined): number {
  if (digits === undefined || digits === '') {
    throw new OutsideError(`"${text}" has no port; write it after the host, as in ws://0.0.0.0:4000.`)
  }
  const port = Number(digits)
  if (port > 65_535) throw new OutsideError(`"${text}" has port ${digits}; ports end at 65535.`)
  return port
}

function malformed(text: string): OutsideError {
  const fix = 'write a transport, a host and a port, as in ws://0.0.0.0:4000'
  if (!text.includes('://')) return new OutsideError(`"${text}" names no transport; ${fix}.`)
  return new OutsideError(`"${text}" is not an address to listen at; ${fix}.`)
}
