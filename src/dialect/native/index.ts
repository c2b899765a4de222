/**
 * dialect/native: the protocol of Shardless itself. docs/spec/native.md has its rules.
 */

export type { Flag, Notes, OwnNews, RefusalCode, ServerPace, Whereabouts } from '../conversation.ts'
export { informationFromJson, reachable, type ServerInformation, serverInformation } from '../information.ts'
export { NAME_WANTED, properName } from '../name.ts'
export { type Flags, NativeClient, type NativeClientListener, type Welcomed } from './client-half.ts'
export { CHANGES_MAX, type Change, type NativeCommands } from './commands.ts'
export { type DescribedMessage, describePacket, describeState } from './describe.ts'
export { type InquirerListener, NativeInquirer } from './inquirer.ts'
export { mapDigest, readMapDigest } from './map-digest.ts'
export {
  CHARACTER_BYTES_MAX,
  HEARD_BYTES_MAX,
  LOGIN_BYTES_MAX,
  PAGE_BYTES_MAX,
  PROTOCOL_VERSION,
} from './messages.ts'
export { nativeClientMetrics, nativeMetrics } from './metrics.ts'
export { nativeDialect } from './native-dialect.ts'
export { NativeConversation } from './server-half.ts'
