/**
 * server: what players connect to. `Host` is the whole server without I/O; `index.node.ts` adds `serve`, which gives it
 * sockets and a clock.
 */
export { reachable, type ServerInformation, serverInformation } from '../dialect/index.ts'
export { AddressGate } from './address-gate.ts'
export { type ClientContent, ContentDesk } from './content-desk.ts'
export {
  defineServer,
  type MapRules,
  type ServerDefinition,
  type ServerOptions,
  Sorry,
} from './definition.ts'
export { Host, type HostOptions, type HostStats } from './host.ts'
export { defaultLimits, type Limits } from './limits.ts'
export { type SealedOptions, SealedServer } from './sealed.ts'
