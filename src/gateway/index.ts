/**
 * gateway: serves the players' connections. It holds connections and sessions and writes players' views; the worlds
 * belong to a region, which sends it values (`region/message`).
 *
 *     link --> Connections --> Sessions --Up--> region
 *     link <-- Outbox <-- View <-- Desk <--Source, Down-- region
 */
export { reachable, type ServerInformation, serverInformation } from '../dialect/index.ts'
export { AccountAdmission, type AccountAdmissionOptions } from './account-admission.ts'
export { AddressGate } from './address-gate.ts'
export {
  type Admission,
  type AdmittedAccount,
  type AdmittedCharacter,
  type Asked,
  type Decision,
  type Denial,
  type PageAsked,
  TAKEN_OVER,
} from './admission.ts'
export { type ClientContent, ContentDesk } from './content-desk.ts'
export { OURS, type Spoken } from './dialects.ts'
export { Gateway, type GatewayOptions, type ServerFacts } from './gateway.ts'
export { JoinedRegions, type JoinedRegionsOptions } from './joined-regions.ts'
export { defaultLimits, type Limits, limitsFor } from './limits/limits.ts'
export { gatewayMetrics } from './metrics.ts'
export { RemoteRegion } from './remote-region.ts'
export { RIM_METRES } from './sessions.ts'
