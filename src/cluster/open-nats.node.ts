import type { OpenBus } from './bus/drive.node.ts'
import type { NatsBusOptions } from './bus/nats/nats.node.ts'
import type { NatsDirectoryOptions, OpenDirectory } from './directory/nats-directory.node.ts'

// The client of NATS is a tenth of all that a server loads: it is loaded by those alone who have a broker.

/**
 * Opens a bus over NATS, whose users and certificates decide who may take part.
 *
 * @throws OutsideError if there is no NATS, or it does not let us in
 */
export async function openNatsBus(options: NatsBusOptions): Promise<OpenBus> {
  const { openBusOnNats } = await import('./bus/nats/nats.node.ts')
  return openBusOnNats(options)
}

/**
 * Opens the directory in two buckets of NATS: members and the leader in one whose keys live for a second, districts in
 * one that keeps them. Both are made where they are not there.
 *
 * @throws OutsideError if NATS cannot be used, has no JetStream, or has a bucket of this name that is unlike ours
 */
export async function openNatsDirectory(options: NatsDirectoryOptions): Promise<OpenDirectory> {
  const { openDirectoryOnNats } = await import('./directory/nats-directory.node.ts')
  return openDirectoryOnNats(options)
}
