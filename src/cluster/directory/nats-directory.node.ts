import { jetstream } from '@nats-io/jetstream'
import { type KV, Kvm, type KvWatchEntry } from '@nats-io/kv'
import { OutsideError } from '../../core/index.ts'
import { connectNats, type NatsConnection } from '../bus/nats/nats-connection.node.ts'
import type { NatsOptions } from '../bus/nats/nats-options.ts'
import {
  type Assignment,
  type ClusterMember,
  type Directory,
  type DirectoryView,
  listedMs,
  MEMBER_TTL_MS,
  RENEWAL_MS,
  type StoredAssignment,
} from './directory.ts'

/** How long an answer of the broker is waited for, in ms: below a third of a member's life. */
const PATIENCE_MS = 300
/** How often both buckets are listed anew, in ms: a watcher of a bucket that was made again hears nothing. */
const LIST_MS = 3000
const LEADER = 'leader'
const BUCKET = 'bucket'
const MEMBER = 'member.'
const DISTRICT = 'district.'

export interface NatsDirectoryOptions extends NatsOptions {
  readonly world: string
  /** How often everything is listed anew, in ms; 3000. */
  readonly listMs?: number
}

/** A directory on NATS, and the end of it. */
export interface OpenDirectory {
  readonly directory: Directory
  close(): Promise<void>
}

/** Opens the directory: see `openNatsDirectory`. */
export async function openDirectoryOnNats({
  world,
  listMs = LIST_MS,
  ...options
}: NatsDirectoryOptions): Promise<OpenDirectory> {
  const connection = await connectNats(options, `directory of ${world}`)
  try {
    const directory = new NatsDirectory(connection, world)
    await directory.begin(listMs)
    return { directory, close: () => directory.close() }
  } catch (error) {
    await connection.close()
    throw error
  }
}

interface KnownMember {
  readonly member: ClusterMember
  /** Until when it counts as there, by this process's clock: nobody is told when a key ends. */
  until: number
  /** The revision that says so: listed once more, it is no newer. */
  readonly revision: number
}

class NatsDirectory implements Directory {
  readonly #connection: NatsConnection
  readonly #world: string
  #alive!: KV
  #kept!: KV
  readonly #members = new Map<string, KnownMember>()
  readonly #assignments = new Map<number, StoredAssignment>()
  #leader = { name: '', until: 0, revision: 0 }
  /** The revision under which this process leads; 0 when it does not. */
  #leading = 0
  #bucketId = ''
  #watchers: { stop(): void }[] = []
  #listing: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined
  #isClosed = false

  constructor(connection: NatsConnection, world: string) {
    this.#connection = connection
    this.#world = world
  }

  async begin(listMs: number): Promise<void> {
    await this.#openBuckets()
    await this.#list()
    this.#timer = setInterval(() => void this.#list().catch(() => {}), listMs)
    this.#timer.unref()
    void this.#watchConnection()
  }

  async close(): Promise<void> {
    this.#isClosed = true
    clearInterval(this.#timer)
    for (const watcher of this.#watchers) watcher.stop()
    await this.#connection.close()
  }

  async renew(member: ClusterMember): Promise<void> {
    await this.#answered(
      this.#alive.put(MEMBER + member.name, JSON.stringify(member), { timeout: PATIENCE_MS }),
    )
  }

  async leave(name: string): Promise<void> {
    await this.#answered(this.#alive.purge(MEMBER + name))
    if (this.#leading === 0) return
    this.#leading = 0
    await this.#answered(this.#alive.purge(LEADER))
  }

  async look(): Promise<DirectoryView> {
    await this.#answered(patiently(this.#connection.flush()))
    const now = performance.now()
    const members: ClusterMember[] = []
    for (const [name, { member, until }] of this.#members)
      if (until > now) members.push(member)
      else this.#members.delete(name)
    return {
      members,
      assignments: [...this.#assignments.values()],
      leader: this.#leader.until > now ? this.#leader.name : '',
    }
  }

  async assign(assignment: Assignment, revision: number): Promise<boolean> {
    const key = DISTRICT + assignment.district
    const text = JSON.stringify(assignment)
    const written = await this.#compared(
      revision === 0 ? this.#kept.create(key, text) : this.#kept.update(key, text, revision, PATIENCE_MS),
    )
    if (written === undefined) return false
    this.#assignments.set(assignment.district, { ...assignment, revision: written })
    return true
  }

  async lead(name: string): Promise<boolean> {
    const sentAt = performance.now()
    const held = this.#leading
    const revision = await this.#compared(
      held > 0 ? this.#alive.update(LEADER, name, held, PATIENCE_MS) : this.#alive.create(LEADER, name),
    )
    this.#leading = revision ?? 0
    // Counted from the sending: the key may have been written that early.
    if (revision !== undefined) this.#leader = { name, until: sentAt + MEMBER_TTL_MS, revision }
    return revision !== undefined
  }

  /** Opens the buckets, and looks whether they are as they have to be: making one that is there changes nothing. */
  async #openBuckets(): Promise<void> {
    try {
      const manager = new Kvm(jetstream(this.#connection, { timeout: 2000 }))
      this.#alive = await manager.create(`shardless-${this.#world}-alive`, { ttl: MEMBER_TTL_MS, history: 1 })
      this.#kept = await manager.create(`shardless-${this.#world}-districts`, { history: 1 })
    } catch (error) {
      throw new OutsideError(sentenceOf(error))
    }
    const { ttl, bucket } = await this.#alive.status()
    if (ttl !== MEMBER_TTL_MS)
      throw new OutsideError(
        `The bucket ${bucket} of NATS keeps its keys for ${ttl} ms, not ${MEMBER_TTL_MS}; delete it with "nats kv del ${bucket}", and it is made anew.`,
      )
  }

  /** Lists both buckets and watches them from there; what was watched before is given up. */
  #list(): Promise<void> {
    this.#listing ??= this.#listNow().finally(() => {
      this.#listing = undefined
    })
    return this.#listing
  }

  async #listNow(): Promise<void> {
    const id = await this.#readBucketId()
    if (id !== this.#bucketId) {
      // Another bucket: revisions begin again, and whoever was there has not yet had the time to say so.
      this.#bucketId = id
      this.#assignments.clear()
      this.#leading = 0
      this.#keepMembers()
    }
    const before = this.#watchers
    const districts = new Set<number>()
    const watchers = await Promise.all([
      this.#follow(this.#alive, (entry) => this.#noteAlive(entry)),
      this.#follow(this.#kept, (entry) => {
        const district = this.#noteKept(entry)
        if (district !== undefined) districts.add(district)
      }),
    ])
    this.#watchers = watchers
    for (const watcher of before) watcher.stop()
    for (const district of this.#assignments.keys())
      if (!districts.has(district)) this.#assignments.delete(district)
  }

  /** The random name that the bucket was given when it was made, made now where it has none. */
  async #readBucketId(): Promise<string> {
    const known = await patiently(this.#kept.get(BUCKET))
    if (known?.operation === 'PUT') return known.string()
    const id = crypto.randomUUID()
    try {
      await this.#kept.create(BUCKET, id)
      return id
    } catch {
      return (await patiently(this.#kept.get(BUCKET)))?.string() ?? ''
    }
  }

  /** Follows a bucket. @returns when everything that is in it has been noted */
  async #follow(bucket: KV, note: (entry: KvWatchEntry) => void): Promise<{ stop(): void }> {
    const { values } = await bucket.status()
    const watch = await bucket.watch()
    await new Promise<void>((listed) => {
      if (values === 0) listed()
      setTimeout(listed, 1000).unref()
      void (async () => {
        for await (const entry of watch) {
          note(entry)
          if (entry.delta === 0) listed()
        }
        listed()
      })().catch(() => listed())
    })
    return watch
  }

  #noteAlive(entry: KvWatchEntry): void {
    const { key, operation, revision } = entry
    const isThere = operation === 'PUT'
    const until = performance.now() + MEMBER_TTL_MS
    if (key === LEADER && (!isThere || revision !== this.#leader.revision))
      this.#leader = isThere ? { name: entry.string(), until, revision } : { name: '', until: 0, revision }
    if (!key.startsWith(MEMBER)) return
    const name = key.slice(MEMBER.length)
    if (isThere && this.#members.get(name)?.revision === revision) return
    const member = isThere ? readJson<ClusterMember>(entry) : undefined
    if (member) {
      const listed = performance.now() + listedMs(member)
      this.#members.set(name, { member, until: listed, revision })
    } else this.#members.delete(name)
  }

  #noteKept(entry: KvWatchEntry): number | undefined {
    const { key, operation, revision } = entry
    if (!key.startsWith(DISTRICT)) return undefined
    const assignment = operation === 'PUT' ? readJson<Assignment>(entry) : undefined
    if (!assignment) return undefined
    const known = this.#assignments.get(assignment.district)
    if (!known || known.revision <= revision)
      this.#assignments.set(assignment.district, { ...assignment, revision })
    return assignment.district
  }

  async #watchConnection(): Promise<void> {
    for await (const { type } of this.#connection.status()) {
      if (type !== 'reconnect' || this.#isClosed) continue
      this.#keepMembers()
      await this.#recover()
    }
  }

  /** After an outage: makes the buckets again where they are gone, and lists them. */
  async #recover(): Promise<void> {
    for (let tries = 0; tries < 10 && !this.#isClosed; tries++) {
      try {
        await this.#openBuckets()
        await this.#list()
        return
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 200))
      }
    }
  }

  /** Gives everybody who was there the time to say that they still are. */
  #keepMembers(): void {
    const until = performance.now() + MEMBER_TTL_MS + RENEWAL_MS
    for (const known of this.#members.values()) known.until = Math.max(known.until, until)
  }

  async #answered<Value>(asked: Promise<Value>): Promise<Value> {
    try {
      return await asked
    } catch {
      throw new OutsideError('The directory at NATS does not answer.')
    }
  }

  /** @returns the revision written; undefined when another was there */
  async #compared(asked: Promise<number>): Promise<number | undefined> {
    try {
      return await patiently(asked)
    } catch (error) {
      if (isTaken(error)) return undefined
      this.#leading = 0
      throw new OutsideError('The directory at NATS does not answer.')
    }
  }
}

/** Waits for an answer as long as it may take. What the broker does with a question given up is not known. */
function patiently<Value>(asked: Promise<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    const patience = setTimeout(() => reject(new Error('timeout')), PATIENCE_MS)
    asked.then(resolve, reject).finally(() => clearTimeout(patience))
  })
}

/** Whether a compare-and-set failed because something else was there. */
function isTaken(error: unknown): boolean {
  return error instanceof Error && /wrong last sequence|already exists/i.test(error.message)
}

function readJson<Value>(entry: KvWatchEntry): Value | undefined {
  try {
    return entry.json<Value>()
  } catch {
    return undefined
  }
}

function sentenceOf(error: unknown): string {
  const sentence = error instanceof Error ? error.message : String(error)
  if (/jetstream (is )?not enabled|no responders/i.test(sentence))
    return 'NATS has no JetStream, which the directory needs; start nats-server with -js.'
  return `The directory at NATS cannot be opened (${sentence}).`
}
