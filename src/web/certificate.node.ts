import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { RequestListener } from 'node:http'
import { createServer, type Server } from 'node:https'
import { createSecureContext } from 'node:tls'
import { OutsideError } from '../core/index.ts'
import { handshakeLimits } from '../transport/index.node.ts'

export interface CertificateFiles {
  /**
   * The certificate, then the rest of its chain to one that browsers know: PEM, such as certbot's fullchain.pem.
   */
  readonly cert: string
  /** Its private key, without a passphrase: PEM, such as certbot's privkey.pem. */
  readonly key: string
}

/** In how many milliseconds a client has to finish its TLS handshake. */
const HANDSHAKE_MS = 5000
/** How many milliseconds pass between two checks of the files. */
const LOOK_MS = 10_000
const DAY_MS = 86_400_000

interface Pair {
  readonly cert: Buffer
  readonly key: Buffer
}

/**
 * A certificate from files, and the servers that show it [H6]. Renewed files are taken up while the servers run; a
 * pair that does not fit is reported, and the old one stays.
 */
export class Certificate {
  readonly #files: CertificateFiles
  readonly #tell: (sentence: string) => void
  readonly #servers = new Set<Server>()
  #pair: Pair
  #trouble = ''
  readonly #timer: NodeJS.Timeout

  private constructor(files: CertificateFiles, pair: Pair, tell: (sentence: string) => void) {
    this.#files = files
    this.#pair = pair
    this.#tell = tell
    this.#timer = setInterval(() => this.look(), LOOK_MS)
    this.#timer.unref()
  }

  /**
   * @param tell  called about files that went bad later, and about a certificate that has expired
   * @throws OutsideError when the files cannot be read, or are no certificate and its key
   */
  static async open(files: CertificateFiles, tell: (sentence: string) => void): Promise<Certificate> {
    const pair = await read(files)
    const certificate = new Certificate(files, pair, tell)
    certificate.#warn()
    return certificate
  }

  createServer(listener: RequestListener): Server {
    const options = { ...handshakeLimits, ...this.#pair, handshakeTimeout: HANDSHAKE_MS }
    const server = createServer(options, listener)
    this.#servers.add(server)
    server.on('close', () => this.#servers.delete(server))
    return server
  }

  /** Reads the files again, and shows their certificate to whoever connects from now on. */
  async look(): Promise<void> {
    let pair: Pair
    try {
      pair = await read(this.#files)
    } catch (error) {
      const { message } = error as Error
      // Once for each trouble; between two files being written there is one that is gone with the next look.
      if (message !== this.#trouble) this.#tell(`${message} The certificate that was read before stays.`)
      this.#trouble = message
      return
    }
    this.#trouble = ''
    if (pair.cert.equals(this.#pair.cert) && pair.key.equals(this.#pair.key)) return
    this.#pair = pair
    for (const server of this.#servers) server.setSecureContext({ ...pair })
    this.#warn()
  }

  close(): void {
    clearInterval(this.#timer)
  }

  #warn(): void {
    const { validToDate } = new X509Certificate(this.#pair.cert)
    const days = Math.floor((validToDate.getTime() - Date.now()) / DAY_MS)
    if (days < 7)
      this.#tell(
        `The certificate ${this.#files.cert} ${days < 0 ? 'is over' : 'is soon over'}: ${validToDate.toISOString()}.`,
      )
  }
}

async function read({ cert, key }: CertificateFiles): Promise<Pair> {
  const pair = { cert: await bytesOf('certificate', cert), key: await bytesOf('key', key) }
  let certificate: X509Certificate
  let secret: KeyObject
  try {
    certificate = new X509Certificate(pair.cert)
  } catch {
    throw new OutsideError(`${cert} is no certificate in PEM form.`)
  }
  try {
    secret = createPrivateKey(pair.key)
  } catch {
    throw new OutsideError(`${key} is no private key in PEM form, or one that is locked by a passphrase.`)
  }
  if (!certificate.checkPrivateKey(secret))
    throw new OutsideError(`The key ${key} does not belong to the certificate ${cert}.`)
  try {
    createSecureContext(pair)
  } catch (error) {
    throw new OutsideError(`${cert} and ${key} cannot be used: ${(error as Error).message}.`)
  }
  return pair
}

async function bytesOf(what: string, path: string): Promise<Buffer> {
  try {
    return await readFile(path)
  } catch (error) {
    throw new OutsideError(`The ${what} ${path} cannot be read: ${(error as NodeJS.ErrnoException).code}.`)
  }
}
