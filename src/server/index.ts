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
  type ServerDefinition,
  type ServerOptions,
  Sorry,
} from './definition.ts'
export { Host, type HostOptions, type HostStats } from './host.ts'
export { Keep, type KeepOptions, type Trade } from './keep.ts'
export { defaultLimits, type Limits } from './limits.ts'
