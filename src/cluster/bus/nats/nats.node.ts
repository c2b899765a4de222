import { driveBus, type OpenBus } from '../drive.node.ts'
import type { BusLimits } from '../post.ts'
import { NatsCarrier } from './nats-carrier.node.ts'
import { connectNats } from './nats-connection.node.ts'
import type { NatsOptions } from './nats-options.ts'

export interface NatsBusOptions extends NatsOptions {
  /** The world's name, of letters, digits and hyphens: worlds on one broker do not hear each other. */
  readonly world: string
  readonly me: string
  readonly limits?: Partial<BusLimits>
}

/** Opens the bus: see `openNatsBus`. */
export async function openBusOnNats({ world, me, limits, ...options }: NatsBusOptions): Promise<OpenBus> {
  const connection = await connectNats(options, me)
  return driveBus(me, new NatsCarrier(connection, { world, me }), limits)
}
