/**
 * server: what players connect to. `Host` is the whole server without I/O; `index.node.ts` adds `serve`, which gives it
 * sockets and a clock.
 */
export { reachable, type ServerInformation, serverInformation } from '../dialect/index.ts'
export { AccountAdmission, type AccountAdmissionOptions, type Saver } from './account-admission.ts'
export { AddressGate } from './address-gate.ts'
export type {
  Admission,
  AdmittedAccount,
  AdmittedCharacter,
  Asked,
  Decision,
  Denial,
  PageAsked,
} from './admission.ts'
export { type ClientContent, ContentDesk } from './content-desk.ts'
export {
  type AccountOptions,
  defineServer,
  type MapRules,
  type RequestContext,
  type ServerDefinition,
  type ServerOptions,
  type SightContext,
  Sorry,
} from './definition.ts'
export { Host, type HostOptions, type HostStats } from './host.ts'
export { defaultLimits, type Limits } from './limits.ts'
export { Persistence, type PersistenceOptions, type Trade } from './persistence.ts'
