/**
 * dialect/native: the protocol of Shardless itself. docs/spec/native.md has its rules.
 */

export type { RefusalCode } from '../dialect.ts'
export {
  type CarrierHandler,
  type CarrierOptions,
  type CarrierState,
  checkCarrier,
  DatagramCarrier,
  type DatagramOutlet,
} from './carrier.ts'
export { NativeClient, type NativeClientListener } from './client-half.ts'
export { PROTOCOL_VERSION } from './messages.ts'
export { NativeConversation } from './server-half.ts'
