/**
 * server: what players connect to. `Host` is the whole server without I/O; `index.node.ts` adds `serve`, which gives it
 * sockets and a clock.
 */
export { defineServer, type ServerDefinition, type ServerOptions, Sorry } from './definition.ts'
export { Host, type HostOptions, type HostStats } from './host.ts'
export { reachable, type ServerInformation, serverInformation } from './information.ts'
export { defaultLimits, type Limits } from './limits.ts'
export { type SealedOptions, SealedServer } from './sealed.ts'
