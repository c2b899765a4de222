import { OutsideError } from '../core/index.ts'
import { hostAndPort } from './listen-url.ts'

interface Place {
  readonly host: string
  readonly port: number
}

/** Says why listening failed, as one sentence for the terminal. */
export function listenFailure(error: unknown, { host, port }: Place): OutsideError {
  const change = 'choose another with --listen'
  switch (codeOf(error)) {
    case 'EADDRINUSE':
      return new OutsideError(`Port ${port} on ${host} is taken by another program; ${change}.`)
    case 'EACCES':
      return new OutsideError(
        `Port ${port} on ${host} is kept for programs with more rights; choose one from 1024 up with --listen.`,
      )
    case 'EADDRNOTAVAIL':
      return new OutsideError(`This machine does not have the address ${host}; ${change}.`)
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new OutsideError(`The name ${host} is not known here; ${change}.`)
    default:
      return new OutsideError(`Listening at ${hostAndPort(host, port)} failed (${saidBy(error)}); ${change}.`)
  }
}

/** Says why a server could not be reached, as one sentence for the terminal. */
export function connectFailure(error: unknown, url: string): OutsideError {
  switch (codeOf(error)) {
    case 'ECONNREFUSED':
      return new OutsideError(`Nobody listens at ${url}; is the server running?`)
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new OutsideError(`The name in ${url} is not known here.`)
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return new OutsideError(`There is no way to ${url} from this network.`)
    default:
      if (isDistrust(codeOf(error)))
        return new OutsideError(`The certificate of ${url} is not to be trusted (${codeOf(error)}).`)
      return new OutsideError(`Connecting to ${url} failed (${saidBy(error)}).`)
  }
}

/** Says that nothing came back in time. */
export function connectTimeout(url: string, connectMs: number): OutsideError {
  return new OutsideError(`${url} did not answer within ${connectMs / 1000} s.`)
}

/** Returns whether a TLS handshake ended because of the certificate that was shown. */
export function isDistrust(code: string): boolean {
  return /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_(GET_ISSUER|VERIFY)|ERR_TLS_CERT_)/.test(code)
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

function saidBy(error: unknown): string {
  return codeOf(error) || (error instanceof Error ? error.message : String(error))
}
