import { mkdir, open, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Instant, instant, OutsideError } from '../core/index.ts'
import type { ContentAnswer, ContentAsk } from './message.ts'
import { type Installed, installed, place, Staging } from './place.node.ts'
import { sha256 } from './sha256.node.ts'
import { Upgrade, type UpgradeOptions, type UpgradeProgress } from './upgrade.ts'

export interface FetchOptions
  extends Pick<UpgradeOptions, 'version' | 'pieceBytes' | 'asksMax' | 'patienceMs'> {
  /** Where the content is kept. The folder is made if it does not exist. */
  readonly folder: string
  /** Asks the server, by any means. Undefined when nothing usable came: it will be asked for again. */
  readonly ask: (ask: ContentAsk) => Promise<ContentAnswer | undefined>
  /** Called now and then with the progress. */
  readonly progress?: ((progress: UpgradeProgress) => void) | undefined
}

/** What is in place, and whether it is new. */
export type Updated = Installed & { readonly isNew: boolean }

/**
 * Drives an `Upgrade` with this machine's clock and disk. How the server is asked, in-band or over HTTP, is the
 * caller's business.
 *
 * @throws OutsideError with one sentence when the server or the disk does not do its part; the old content stays
 */
export async function fetchContent(options: FetchOptions): Promise<Updated> {
  const { folder, version } = options
  await mkdir(folder, { recursive: true }).catch(({ code }) => {
    throw new OutsideError(`The folder ${folder} cannot be made: ${code}.`)
  })
  const unlock = await lock(folder)
  try {
    const old = await installed(folder)
    if (old?.version === version) return { ...old, isNew: false }
    const staging = await Staging.open(folder)
    const have = old?.manifest.files.map((file) => file.sha256) ?? []
    const kept = await staging.kept()
    const upgrade = new Upgrade({ ...options, have, kept, sha256 }, clock())
    return { ...(await drive(upgrade, options, staging)), isNew: true }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw code === undefined
      ? error
      : new OutsideError(`The content in ${folder} cannot be updated: ${code}.`)
  } finally {
    await unlock()
  }
}

async function drive(
  upgrade: Upgrade,
  { folder, version, ask, progress }: FetchOptions,
  staging: Staging,
): Promise<Installed> {
  let wake = (): void => {}
  for (;;) {
    const out = upgrade.poll(clock())
    if (out === undefined) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.max(1, upgrade.wakeAt - clock()))
        wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    } else if (out.do === 'ask') {
      ask(out.ask).then(
        (answer) => {
          if (answer === undefined) upgrade.lost(out.ask, clock())
          else upgrade.receive(answer, clock())
          progress?.(upgrade.progress)
          wake()
        },
        () => wake(),
      )
    } else if (out.do === 'keep') await staging.keep(out.sha256, out.offset, out.bytes)
    else if (out.do === 'discard') await staging.discard(out.sha256)
    else if (out.do === 'failed') throw new OutsideError(out.reason)
    else {
      await place({ folder, manifest: out.manifest, staging })
      return { version, folder: join(folder, version), manifest: out.manifest }
    }
  }
}

function clock(): Instant {
  return instant(performance.now())
}

/** Lets one update of a folder run at a time. Takes over the lock of a process that is gone. */
async function lock(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, 'update.lock')
  for (let tries = 0; tries < 2; tries++) {
    try {
      const handle = await open(path, 'wx')
      await writeFile(handle, `${process.pid}`)
      await handle.close()
      return () => rm(path, { force: true })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST')
        throw new OutsideError(`${path} cannot be written: ${(error as NodeJS.ErrnoException).code}.`)
    }
    if (isAlive(Number(await readFile(path, 'utf8').catch(() => '')))) break
    await rm(path, { force: true })
  }
  throw new OutsideError(`Another program updates ${folder} just now; remove ${path} if that is not so.`)
}

function isAlive(pid: number): boolean {
  if (!(pid > 0)) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
