import { Counters, FOREVER, type Instant, instant, type Machine } from '../core/index.ts'
import { contentLimits, type Manifest, missing, readManifest } from './manifest.ts'
import type { ContentAnswer, ContentAsk } from './message.ts'
import { upgradeMetrics } from './metrics.ts'
import type { RunningHash, Sha256 } from './sha256.ts'

/** What an earlier, interrupted upgrade left of one file: its first bytes, and their running hash. */
export interface Partial {
  readonly length: number
  readonly hash: RunningHash
}

export interface UpgradeOptions {
  /** The content version to reach: 64 hexadecimal digits, from someone the client trusts. */
  readonly version: string
  /** Hashes of the files that are already there, whole. */
  readonly have: Iterable<string>
  /** What earlier tries left, by SHA-256. */
  readonly kept?: ReadonlyMap<string, Partial>
  readonly sha256: Sha256
  /** Bytes in one ask; 8192 when left out. */
  readonly pieceBytes?: number
  /** The most asks under way at a time; 8 when left out. */
  readonly asksMax?: number
  /** Milliseconds without progress before it asks again; 5000 when left out. */
  readonly patienceMs?: number
}

export type UpgradeOutput =
  /** Ask the server. */
  | { readonly do: 'ask'; readonly ask: ContentAsk }
  /** Append these bytes, from `offset` on, to what is kept under that hash. */
  | { readonly do: 'keep'; readonly sha256: string; readonly offset: number; readonly bytes: Uint8Array }
  /** What is kept under that hash is wrong: throw it away. */
  | { readonly do: 'discard'; readonly sha256: string }
  /** Everything is there and each file's hash is right: put it in place. */
  | { readonly do: 'place'; readonly manifest: Manifest }
  /** It cannot be done, and nothing has changed. */
  | { readonly do: 'failed'; readonly reason: string }

/** The progress, in the bytes that had to be fetched. */
export interface UpgradeProgress {
  readonly bytes: number
  readonly bytesTotal: number
}

/** Milliseconds before an ask that is known to be lost is made again. */
const RETRY_MS = 1000
/** How many times in a row without progress before it gives up. */
const TRIES_MAX = 6
/** How often one file may come with a wrong hash: what was kept may be torn, what is fetched anew may not. */
const WRONG_MAX = 2

/** One thing that is being fetched: the manifest, or a file. */
interface Target {
  readonly sha256: string
  /** Undefined for the manifest until the first answer says it. */
  size: number | undefined
  readonly isManifest: boolean
  hash: RunningHash
  received: number
  askedTo: number
  wrong: number
}

/**
 * The client's half of an upgrade: finds which files of the new content it lacks and fetches those, piece by piece,
 * in order. Each is checked against its hash before anything is put in place [U11]. It owns no socket and no file.
 *
 *     manifest --> file --> file --> place
 *         '-- wrong hash twice, gone, silence --> failed
 */
export class Upgrade implements Machine<ContentAnswer, UpgradeOutput> {
  readonly dropped = new Counters(...upgradeMetrics.dropped.values)
  readonly #options: Required<Omit<UpgradeOptions, 'have' | 'kept'>>
  readonly #have: Iterable<string>
  readonly #kept: ReadonlyMap<string, Partial>
  readonly #outputs: UpgradeOutput[] = []
  #pieces: Uint8Array[] = []
  #manifest: Manifest | undefined
  #queue: readonly { sha256: string; size: number }[] = []
  #next = 0
  #target: Target | undefined
  #heardAt: Instant
  #tries = 0
  #bytes = 0
  #bytesTotal = 0

  constructor(options: UpgradeOptions, now: Instant) {
    const { version, have, kept, sha256, pieceBytes = 8192, asksMax = 8, patienceMs = 5000 } = options
    this.#options = { version, sha256, pieceBytes, asksMax, patienceMs }
    this.#have = have
    this.#kept = kept ?? new Map()
    this.#heardAt = now
    this.#target = this.#begin(version, undefined)
  }

  get progress(): UpgradeProgress {
    return { bytes: this.#bytes, bytesTotal: this.#bytesTotal }
  }

  get wakeAt(): Instant {
    if (this.#outputs.length > 0 || this.#canAsk) return instant(0)
    return this.#target ? instant(this.#heardAt + this.#options.patienceMs) : FOREVER
  }

  receive(answer: ContentAnswer, now: Instant): void {
    const target = this.#target
    if (!target || answer.sha256 !== target.sha256) this.dropped.count('unasked')
    else if (answer.is === 'gone')
      this.#fail('The server has other content by now, or none of that version; begin again.')
    else if (
      answer.offset !== target.received ||
      answer.bytes.length !== this.#lengthAt(target, answer.total)
    )
      this.dropped.count('out-of-turn')
    else this.#take(target, answer, now)
  }

  /**
   * Notes an ask that is known to be lost: it is made again after a second, without waiting for patience to run
   * out.
   */
  lost(ask: ContentAsk, now: Instant): void {
    if (this.#target?.sha256 !== ask.sha256 || ask.offset !== this.#target.received) return
    const soon = instant(now + RETRY_MS - this.#options.patienceMs)
    if (soon < this.#heardAt) this.#heardAt = soon
  }

  poll(now: Instant): UpgradeOutput | undefined {
    const target = this.#target
    if (target && !this.#canAsk && this.#outputs.length === 0) this.#mind(target, now)
    if (this.#outputs.length > 0) return this.#outputs.shift()
    if (!this.#canAsk || !target) return undefined
    const { pieceBytes } = this.#options
    const offset = target.askedTo
    const length = Math.min(pieceBytes, (target.size ?? Infinity) - offset)
    if (target.askedTo === target.received) this.#heardAt = now
    target.askedTo += length
    return { do: 'ask', ask: { sha256: target.sha256, offset, length } }
  }

  /** Counts what is under way as lost when nothing has come for too long. */
  #mind(target: Target, now: Instant): void {
    if (now < this.#heardAt + this.#options.patienceMs) return
    this.#tries++
    target.askedTo = target.received
    if (this.#tries >= TRIES_MAX) this.#fail('The server does not answer any more.')
  }

  get #canAsk(): boolean {
    const target = this.#target
    if (!target) return false
    const { pieceBytes, asksMax } = this.#options
    if (target.size === undefined) return target.askedTo === target.received
    return target.askedTo < target.size && target.askedTo - target.received < asksMax * pieceBytes
  }

  /** Returns how many bytes the piece now due has; a piece of another length was not asked for. */
  #lengthAt(target: Target, total: number): number {
    if (target.size !== undefined && total !== target.size) return -1
    if (target.isManifest && total > contentLimits.manifestBytes) return -1
    return Math.min(this.#options.pieceBytes, total - target.received)
  }

  #take(target: Target, piece: ContentAnswer & { is: 'piece' }, now: Instant): void {
    const { sha256, offset, bytes, total } = piece
    this.#heardAt = now
    this.#tries = 0
    target.size = total
    target.received += bytes.length
    target.askedTo = Math.max(target.askedTo, target.received)
    target.hash.update(bytes)
    if (target.isManifest) this.#pieces.push(bytes)
    else {
      this.#bytes += bytes.length
      this.#outputs.push({ do: 'keep', sha256, offset, bytes })
    }
    if (target.received === total) this.#check(target)
  }

  /** Checks the hash: all bytes are there. */
  #check(target: Target): void {
    const isRight = target.hash.digest() === target.sha256
    if (isRight && target.isManifest) this.#begun()
    else if (isRight) this.#nextFile()
    else {
      if (target.isManifest) this.#pieces = []
      else this.#outputs.push({ do: 'discard', sha256: target.sha256 })
      target.wrong++
      this.#bytes -= target.isManifest ? 0 : target.received
      target.hash = this.#options.sha256()
      target.received = 0
      target.askedTo = 0
      if (target.wrong >= WRONG_MAX || target.size === 0)
        this.#fail('What the server sends is not what its hash says; nothing was changed.')
    }
  }

  /** Takes the manifest, which has arrived. */
  #begun(): void {
    let length = 0
    for (const piece of this.#pieces) length += piece.length
    const bytes = new Uint8Array(length)
    let at = 0
    for (const piece of this.#pieces) {
      bytes.set(piece, at)
      at += piece.length
    }
    this.#pieces = []
    const read = readManifest(bytes, this.#options.sha256)
    if (read.is === 'refused') {
      this.#fail(read.reason)
      return
    }
    this.#manifest = read.manifest
    this.#queue = missing(read.manifest, this.#have)
    for (const { size } of this.#queue) this.#bytesTotal += size
    this.#nextFile()
  }

  #nextFile(): void {
    // What was kept whole, and what is empty, is checked at once; so this is a loop and not one step.
    while (this.#next < this.#queue.length) {
      const { sha256, size } = this.#queue[this.#next++]
      const target = this.#begin(sha256, size)
      this.#target = target
      this.#bytes += target.received
      if (target.received < size) return
      if (target.hash.digest() !== sha256) {
        this.#bytes -= target.received
        this.#outputs.push({ do: 'discard', sha256 })
        target.hash = this.#options.sha256()
        target.received = 0
        target.askedTo = 0
        target.wrong = 1
        if (size > 0) return
        this.#fail('What the server names empty has not the hash of nothing; nothing was changed.')
        return
      }
    }
    this.#target = undefined
    this.#outputs.push({ do: 'place', manifest: this.#manifest! })
  }

  #begin(sha256: string, size: number | undefined): Target {
    const kept = size === undefined ? undefined : this.#kept.get(sha256)
    const isFit = kept !== undefined && size !== undefined && kept.length <= size
    if (kept !== undefined && !isFit) this.#outputs.push({ do: 'discard', sha256 })
    const received = isFit ? kept.length : 0
    const hash = isFit ? kept.hash : this.#options.sha256()
    return { sha256, size, isManifest: size === undefined, hash, received, askedTo: received, wrong: 0 }
  }

  #fail(reason: string): void {
    this.#target = undefined
    this.#outputs.push({ do: 'failed', reason })
  }
}
