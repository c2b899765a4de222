import { randomBytes } from 'node:crypto'
import {
  AskedDirectory,
  type Bus,
  type Directory,
  openNatsBus,
  openNatsDirectory,
  openTcpBus,
} from '../../cluster/index.node.ts'
import { OutsideError } from '../../core/index.ts'
import { parseListenUrl } from '../../transport/index.ts'

/** Where a process of a cluster stands, and how it speaks with the others. */
export interface ClusterPlace {
  /** The world's name: processes of another do not hear it. Letters, digits and hyphens; "world" when left out. */
  readonly world?: string
  /** "tcp://0.0.0.0:4500" to listen there and dial the others, or "nats://host:4222". */
  readonly bus: string
  /** Where the directory's process is, "tcp://host:4500"; the bus's NATS keeps it when left out. */
  readonly directory?: string
  /** What all processes of the cluster know and nobody else; not for NATS, which has users of its own. */
  readonly secret?: string
  /** The host that others dial, where it is not the one that is listened at. */
  readonly advertise?: string
}

/** A process's way to the others. */
export interface JoinedCluster {
  readonly bus: Bus
  readonly directory: Directory
  close(): Promise<void>
}

export const DIRECTORY_NAME = 'directory'

/**
 * Joins a cluster.
 *
 * @param role  what the process is called after, with some letters that no other start has
 * @throws OutsideError with one sentence when a port is taken, NATS is away or something is missing
 */
export async function joinCluster(place: ClusterPlace, role: string): Promise<JoinedCluster> {
  const name = `${role}-${randomBytes(4).toString('hex')}`
  const { bus: url, directory, world = 'world' } = place
  if (/^(nats|tls):/.test(url)) {
    const open = await openNatsBus({ url, world, me: name })
    const kept = await openNatsDirectory({ url, world })
    return {
      bus: open.bus,
      directory: kept.directory,
      async close() {
        await kept.close()
        await open.close()
      },
    }
  }
  const open = await openTcp(place, name)
  if (directory === undefined)
    throw new OutsideError(
      'Over TCP there is a directory process; say where with --directory tcp://host:port, or take --bus nats://host:4222.',
    )
  open.bus.meet(DIRECTORY_NAME, directory)
  return {
    bus: open.bus,
    directory: new AskedDirectory(open.bus, () => DIRECTORY_NAME),
    close: () => open.close(),
  }
}

/** Opens a bus of direct TCP under this name. */
export function openTcp({ bus, secret, world = 'world', advertise }: ClusterPlace, me: string) {
  const { scheme, host, port } = parseListenUrl(bus)
  if (scheme !== 'tcp')
    throw new OutsideError(`"${bus}" is no bus; write tcp://host:port or nats://host:port.`)
  if (secret === undefined)
    throw new OutsideError(
      'The processes of a cluster need a secret that they share: set SHARDLESS_SECRET, to what "openssl rand -hex 32" says.',
    )
  return openTcpBus({ ...{ world, me, secret, host, port, advertise } })
}
