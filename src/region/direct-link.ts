import type { Instant } from '../core/index.ts'
import type { Source } from '../replication/index.ts'
import type { AttachedGateway } from './attached-gateway.ts'
import type { RegionLink, RegionListener, Up } from './message/index.ts'
import type { Region } from './region.ts'

/** Links to a region in the same process: values are passed directly, and views are written from its own authors. */
export class DirectLink implements RegionLink {
  readonly #region: Region
  #gateway: AttachedGateway | undefined

  constructor(region: Region) {
    this.#region = region
  }

  open(listener: RegionListener): void {
    this.#gateway = this.#region.attach(listener)
  }

  send(message: Up, now: Instant): void {
    if (this.#gateway) this.#region.receive(this.#gateway, message, now)
  }

  source(instance: number): Source | undefined {
    return this.#region.source(instance)
  }

  find(hash: string): Uint8Array | undefined {
    return this.#region.find(hash)
  }
}
