import { OutsideError } from '../../../core/index.ts'
import { driveBus, type OpenBus } from '../drive.node.ts'
import type { BusLimits } from '../post.ts'
import { TcpCarrier, type TcpCarrierOptions } from './tcp-carrier.node.ts'

export interface TcpBusOptions extends TcpCarrierOptions {
  readonly limits?: Partial<BusLimits>
}

/** The shortest secret that is taken, in characters. */
const SECRET_LENGTH_MIN = 16

/**
 * Opens a bus of direct TCP: listens, and dials whom it needs. Who is there and where, the directory tells its `meet`.
 *
 * @throws OutsideError if the port cannot be had, or the secret is too short to be one
 */
export async function openTcpBus(options: TcpBusOptions): Promise<OpenBus> {
  if (options.secret.length < SECRET_LENGTH_MIN)
    throw new OutsideError(
      `The secret of the cluster has ${options.secret.length} characters; take at least ${SECRET_LENGTH_MIN}, such as those of "openssl rand -hex 32".`,
    )
  const carrier = new TcpCarrier(options)
  await carrier.listen()
  return driveBus(options.me, carrier, options.limits)
}
