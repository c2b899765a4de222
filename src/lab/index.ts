/**
 * lab: the world in virtual time. Servers, clients and networks in one process, with weather, from one seed; for
 * tests, and for seeing what the network does.
 */
export {
  type ClusterAct,
  readClusterScript,
  type TimedClusterAct,
  writeClusterScript,
} from './cluster/cluster-act.ts'
export type { ClusterClaim } from './cluster/cluster-checks.ts'
export type {
  ClusterLamp,
  ClusterLook,
  LookedAtDistrict,
  LookedAtEntity,
  LookedAtGateway,
  LookedAtRegion,
  ProcessState,
} from './cluster/cluster-look.ts'
export {
  CLUSTER_SIDE,
  type ClusterMessage,
  ClusterPlay,
  type ClusterSettings,
  defaultCluster,
  readCluster,
  writeCluster,
} from './cluster/cluster-play.ts'
export {
  ALL_CLUSTER_RULES,
  type ClusterRules,
  type ClusterRun,
  ClusterSimulation,
} from './cluster/cluster-simulation.ts'
export { type ClusterSwarm, calmSwarm } from './cluster/cluster-swarm.ts'
export { checkSource, type EngineDifference, importsOf } from './determinism/source-check.ts'
export type { StepWatch } from './determinism/step-watch.ts'
export {
  type Act,
  type Carried,
  Experiment,
  type ExperimentOptions,
  type Intervention,
  type Look,
  linkHeaderBytes,
  type Spot,
} from './experiment/experiment.ts'
export {
  defaultSettings,
  type ExperimentLink,
  type ExperimentSettings,
  experimentLinks,
  type Means,
  means,
  readScript,
  readSettings,
  scriptForms,
  writeScript,
  writeSettings,
} from './experiment/settings.ts'
export {
  fateOf,
  type ReadPart,
  type TravelFate,
  type TravellingPacket,
  type WayCounts,
} from './experiment/traffic.ts'
export { type ClientPlace, Pair, type PairOptions } from './pair.ts'
export { type PeerPacket, peerFateOf, RELAY } from './peers/peer-packet.ts'
export {
  PEER_HEADER_BYTES,
  PEER_TICKS_PER_SECOND,
  PeerRun,
  type PeerRunOptions,
  type PeerTopology,
} from './peers/peer-run.ts'
export { AHEAD_TICKS_MAX } from './peers/rollback-peer.ts'
export { FIELD_UNITS } from './peers/tag-game.ts'
export type { Disagreement } from './peers/told-hashes.ts'
export { RECORD_BYTES_MAX } from './recording/format.ts'
export { type RecordedStats, RecordedWorld, type RecordedWorldOptions } from './recording/recorded-world.ts'
export { Recorder, type RecorderOptions } from './recording/recorder.ts'
export { SealedAir, type SealedAirOptions } from './sealed-air.ts'
export { type WorldRun, WorldSimulation } from './shared-world/world-simulation.ts'
export type { Check, CheckedRun } from './simulation/check.ts'
export type { Road, Spell } from './simulation/road.ts'
export {
  type Affected,
  type Fault,
  type Scenario,
  scenarioByName,
  scenarios,
  type Trouble,
} from './simulation/scenario.ts'
export type { SimulatedPlayer } from './simulation/simulated-player.ts'
export { type RunOutcome, Simulation, type SimulationOptions } from './simulation/simulation.ts'
export { type JoinedBytes, JoinedWorld, type JoinedWorldOptions } from './topology/joined-world.ts'
export {
  Bursts,
  clusterScale,
  type Edge,
  edgesOf,
  meshRatio,
  SCALING_LEAST,
  SCALING_MOST,
  SERVER_NODE,
} from './topology/scaling.ts'
export { type LinkWatcher, WatchedLink } from './watched-link.ts'
export { clear, parseWeather, presets, Weather, type WeatherFigures } from './weather.ts'
export { bothWays, type TwoWay, WeatherAir, type WeatherAirOptions } from './weather-air.ts'
export { namedWays, parseWays, splitWays, writeWays } from './weather-ways.ts'
export type { WeatheredLink } from './weathered-link.ts'
