import { randomUUID } from 'node:crypto'
import { DirectoryDesk, RENEWAL_MS } from '../../cluster/index.ts'
import { type Instant, instant } from '../../core/index.ts'
import { exposed } from './exposed.ts'
import { type ClusterPlace, DIRECTORY_NAME, openTcp } from './place.node.ts'

/** A directory process that runs. */
export interface DirectoryProcess {
  /** What the others are given as `directory`. */
  readonly url: string
  /** The names of the processes that are there. */
  readonly members: readonly string[]
  /** What it counts, as Prometheus reads it. */
  readonly metrics: string
  close(): Promise<void>
}

/**
 * Runs the directory of a cluster over TCP. It keeps nothing: started again it learns from the others who is there.
 *
 * @throws OutsideError when the port is taken
 */
export async function serveDirectory(place: ClusterPlace): Promise<DirectoryProcess> {
  const open = await openTcp(place, DIRECTORY_NAME)
  const clock = (): Instant => instant(performance.now())
  const desk = new DirectoryDesk(open.bus, clock, randomUUID())
  const timer = setInterval(() => desk.beat(), RENEWAL_MS)
  return {
    url: open.bus.address,
    get members() {
      return desk.members.map(({ name }) => name)
    },
    get metrics() {
      return exposed([open.bus])
    },
    close() {
      clearInterval(timer)
      return open.close()
    },
  }
}
