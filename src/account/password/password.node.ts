import crypto, { randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { OutsideError } from '../../core/index.ts'
import { type Hashed, type Passwords, passwordBytes, type Verified } from './password.ts'
import { type Argon2Cost, type PasswordHash, readPhc, writePhc } from './phc.ts'

export interface PasswordOptions {
  /** The cost of new hashes; 19 MiB, 2 passes and 1 lane when left out. */
  readonly cost?: Argon2Cost
  /**
   * How many passwords are hashed at the same time; 2 when left out. Each holds its memory and a thread of Node's
   * pool, which has four.
   */
  readonly atOnce?: number
  /** How many may wait for their turn; 64 when left out. Beyond that the answer is `busy`. */
  readonly waitingMax?: number
}

/**
 * OWASP's first choice for Argon2id.
 * Source: OWASP Password Storage Cheat Sheet; RFC 9106.
 */
export const DEFAULT_COST: Argon2Cost = { memory: 19_456, passes: 2, lanes: 1 }

const SALT_BYTES = 16
const TAG_BYTES = 32

/**
 * Makes Argon2id by node:crypto, so many hashes at a time and so many waiting [A5] [A7].
 *
 * @throws OutsideError on a Node before 24.7, which has none
 */
export function createPasswords(options: PasswordOptions = {}): Passwords {
  const { cost = DEFAULT_COST, atOnce = 2, waitingMax = 64 } = options
  // Asked for by name an older Node would refuse the whole module, and all that imports it.
  const { argon2 } = crypto as Partial<typeof crypto>
  if (argon2 === undefined)
    throw new OutsideError(
      `Accounts need Node 24.7 or newer, for Argon2id; this is Node ${process.versions.node}.`,
    )
  const compute = promisify(argon2)
  const waiting: (() => void)[] = []
  let running = 0
  // What is compared with where there is no hash: nobody knows its password, and it costs the same.
  const nobody: PasswordHash = { ...cost, salt: randomBytes(SALT_BYTES), tag: randomBytes(TAG_BYTES) }

  /** @returns undefined when there is no room */
  async function inTurn<Answer>(work: () => Promise<Answer>): Promise<Answer | undefined> {
    if (running < atOnce) running++
    else if (waiting.length < waitingMax) await new Promise<void>((resolve) => waiting.push(resolve))
    else return undefined
    try {
      return await work()
    } finally {
      // The place goes on to who has waited longest, or becomes free.
      const next = waiting.shift()
      if (next) next()
      else running--
    }
  }

  function tagOf(password: string, { memory, passes, lanes, salt, tag }: PasswordHash): Promise<Buffer> {
    return compute('argon2id', {
      message: passwordBytes(password),
      nonce: salt,
      parallelism: lanes,
      tagLength: tag.length,
      memory,
      passes,
    }) as Promise<Buffer>
  }

  return {
    async hash(password): Promise<Hashed> {
      const blank = { ...cost, salt: randomBytes(SALT_BYTES), tag: new Uint8Array(TAG_BYTES) }
      const tag = await inTurn(() => tagOf(password, blank))
      return tag ? { is: 'hashed', hash: writePhc({ ...blank, tag }) } : { is: 'busy' }
    },
    async verify(password, text): Promise<Verified> {
      const known = text === undefined ? undefined : readPhc(text)
      const hash = known ?? nobody
      const tag = await inTurn(() => tagOf(password, hash))
      if (!tag) return { is: 'busy' }
      const isRight = timingSafeEqual(tag, hash.tag)
      if (!isRight || known === undefined) return { is: 'wrong' }
      const isOld = known.memory < cost.memory || known.passes < cost.passes
      return { is: 'right', isOld }
    },
  }
}
