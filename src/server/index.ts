/**
 * server: runs a gateway and a region for players in one process. `Host` joins one gateway and one region without I/O;
 * `index.node.ts` adds `serve`, which gives them sockets and a clock.
 */
export {
  AccountAdmission,
  type AccountAdmissionOptions,
  AddressGate,
  type Admission,
  type AdmittedAccount,
  type AdmittedCharacter,
  type Asked,
  type ClientContent,
  ContentDesk,
  type Decision,
  type Denial,
  defaultLimits,
  type Limits,
  type PageAsked,
  reachable,
  type ServerInformation,
  serverInformation,
} from '../gateway/index.ts'
export {
  type AccountOptions,
  defineServer,
  type MapRules,
  type OperatorCommand,
  type OperatorContext,
  Persistence,
  type PersistenceOptions,
  type RequestContext,
  rulesOf,
  type Saver,
  type ServerDefinition,
  type ServerOptions,
  type SightContext,
  Sorry,
  type Trade,
  TradeRefused,
} from '../region/index.ts'
export { AdminClient, type Completion } from './admin/admin-client.ts'
export { Host, type HostOptions, type HostStats } from './host.ts'
export { clusterGroup, type MetricGroup, metricGroups, metrics, otherMetrics } from './metrics.ts'
export { type ConsoleOptions, type OperatorBans, OperatorConsole } from './operator-console.ts'
export { GatewayMember, type GatewayMemberOptions } from './process/gateway-member.ts'
export { IDS, RegionMember, type RegionMemberOptions } from './process/region-member.ts'
