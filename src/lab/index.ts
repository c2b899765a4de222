/**
 * lab: the world in virtual time. Servers, clients and networks in one process, with weather, from one seed; for tests,
 * and for looking at what the network does.
 */
export { type ClientPlace, Pair, type PairOptions } from './pair.ts'
export { SealedAir, type SealedAirOptions } from './sealed-air.ts'
export * from './weather.ts'
export { bothWays, driveAir, type TwoWay, WeatherAir, type WeatherAirOptions } from './weather-air.ts'
export { WeatheredLink, type WeatheredLinkOptions } from './weathered-link.ts'
