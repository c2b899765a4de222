import { OutsideError } from '../core/index.ts'

export type Scheme = 'ws' | 'wss' | 'tcp' | 'udp'

/** Where to listen or whom to call, in parts. */
export interface ListenUrl {
  readonly scheme: Scheme
  /** A name or an address; IPv6 without its brackets. */
  readonly host: string
  /** 0 .. 65535; 0 lets the system choose. */
  readonly port: number
  /** On ws and wss: "/" or what was given. Empty on tcp and udp. */
  readonly path: string
}

const shape = /^([a-z]+):\/\/(\[[0-9a-fA-F:.]+\]|[^:/?#[\]@\s]+)(?::([0-9]*))?(\/[^\s]*)?$/
const hostShape = /^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/

/**
 * Reads "ws://0.0.0.0:4000", "tcp://[::1]:4100", "udp://town.example:4000".
 *
 * @throws OutsideError with one sentence that says what is wrong with it and how it should look
 */
export function parseListenUrl(text: string): ListenUrl {
  return parse(text, {})
}

/** The ports of the web, which its addresses leave out. */
const webPorts = { ws: '80', wss: '443' } as const

/**
 * Reads an address to connect to: as to listen at, but that ws:// and wss:// may leave out their port: "wss://town.example/play".
 *
 * @throws OutsideError with one sentence that says what is wrong with it and how it should look
 */
export function parseConnectUrl(text: string): ListenUrl {
  return parse(text, webPorts)
}

function parse(text: string, standard: { readonly [S in Scheme]?: string }): ListenUrl {
  const parts = shape.exec(text)
  if (parts === null) throw malformed(text)
  const [, scheme, bracketed, digits, path = ''] = parts
  if (!isScheme(scheme)) {
    throw new OutsideError(`"${text}" begins with ${scheme}://; use ws://, wss://, tcp:// or udp://.`)
  }
  const isBracketed = bracketed.startsWith('[')
  const host = isBracketed ? bracketed.slice(1, -1) : bracketed
  if (isBracketed ? !host.includes(':') : !hostShape.test(host)) {
    throw new OutsideError(`"${text}" names the host "${bracketed}", which is neither a name nor an address.`)
  }
  const isWeb = scheme === 'ws' || scheme === 'wss'
  if (path !== '' && path !== '/' && !isWeb) {
    throw new OutsideError(`"${text}" has a path; only ws:// and wss:// addresses have one.`)
  }
  return { scheme, host, port: parsePort(text, digits || standard[scheme]), path: isWeb ? path || '/' : '' }
}

/** The other way: brackets around IPv6, no path unless there is one to tell. */
export function formatListenUrl(url: ListenUrl): string {
  const path = url.path === '/' ? '' : url.path
  return `${url.scheme}://${hostAndPort(url.host, url.port)}${path}`
}

/** "127.0.0.1:4000", "[::1]:4000". */
export function hostAndPort(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

function isScheme(text: string): text is Scheme {
  return text === 'ws' || text === 'wss' || text === 'tcp' || text === 'udp'
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
