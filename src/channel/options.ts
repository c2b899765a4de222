import { ShardlessError } from '../core/index.ts'

/**
 * The largest packet, in bytes: every path of today's Internet carries it whole, under a seal and UDP (after
 * netcode 1.02).
 */
export const PACKET_BYTES_MAX = 1200
/** The largest fragment, in bytes. It leaves room for small messages in its packet. */
export const FRAGMENT_BYTES = 1024
/** The most fragments of one message. */
export const FRAGMENTS_MAX = 4096
/** The largest message any channel can be told to carry: 4 MiB. */
export const MESSAGE_BYTES_MAX = FRAGMENT_BYTES * FRAGMENTS_MAX
/** The largest state payload: a packet less the longest header and frame. */
export const STATE_BYTES_MAX = 1100
/** Channels per connection; the frame's channel number after the last is state. */
export const CHANNELS_MAX = 63
/** The channel number in frames that carry state. */
export const STATE_CHANNEL = 63
/** How many messages of a reliable channel may be under way beyond the oldest unacknowledged one. */
export const WINDOW_MESSAGES = 1024

/**
 * reliable-ordered     every message once, in the order sent
 * reliable-unordered   every message once, as soon as it is whole
 * unreliable           at most once, in any order
 * unreliable-sequenced at most once, never one older than the last delivered
 */
export type ChannelKind = 'reliable-ordered' | 'reliable-unordered' | 'unreliable' | 'unreliable-sequenced'

/** One channel. Both ends are given the same list; the fields of memory may differ. */
export interface ChannelOptions {
  /** The channel's name, for people. */
  readonly name: string
  readonly kind: ChannelKind
  /**
   * The channel's share while several have something to send: priority 8 sends eight times the bytes of priority 1.
   * Greater than 0; 1 by default.
   */
  readonly priority?: number
  /** The largest message either way, in bytes; 65,536 by default, MESSAGE_BYTES_MAX at most. */
  readonly messageBytesMax?: number
  /** How many messages may wait or be unacknowledged; a full queue refuses. 1,024 by default. */
  readonly queueMessagesMax?: number
  /** How many bytes may wait or be unacknowledged; 1 MiB by default, never less than one message. */
  readonly queueBytesMax?: number
  /** How many bytes the receiver keeps of messages that are incomplete or early; 1 MiB by default. */
  readonly receiveBytesMax?: number
}

export interface ConnectionOptions {
  readonly channels: readonly ChannelOptions[]
  /** The priority of state payloads among the channels; 8 by default. */
  readonly statePriority?: number
  /** How many state payloads may wait for their packet; 16 by default. */
  readonly stateQueueMax?: number
  /** What a packet costs on the path besides its bytes: 28 by default (IPv4 and UDP); add the seal's. */
  readonly headerBytes?: number
  /** The connection's own limit in bytes per second, headers counted; 2.5 MB/s by default. */
  readonly bytesPerSecondMax?: number
  /** The least rate while packets are acknowledged, in bytes per second; 4,000 by default. */
  readonly bytesPerSecondMin?: number
  /**
   * Takes a state payload as it arrives, and returns whether it could be used. One that could not is refused, and
   * its sender is told that it was lost [C24]. The bytes are good until the call returns. When left out, `next`
   * hands out payloads, and they count as used.
   */
  readonly takeState?: (bytes: Uint8Array) => boolean
  /** How much may wait to be taken by `next`, in messages and in bytes; 4,096 and 4 MiB by default. */
  readonly inboxMessagesMax?: number
  readonly inboxBytesMax?: number
}

export type FullChannelOptions = Required<ChannelOptions>
export type FullConnectionOptions = Required<Omit<ConnectionOptions, 'channels' | 'takeState'>> & {
  readonly takeState?: ConnectionOptions['takeState']
  readonly channels: readonly FullChannelOptions[]
}

const MIB = 1_048_576

/**
 * Fills in every default.
 *
 * @throws `channel/bad-options` for a number outside its range or a list of more than CHANNELS_MAX channels
 */
export function fillOptions(options: ConnectionOptions): FullConnectionOptions {
  if (options.channels.length > CHANNELS_MAX) {
    throw new ShardlessError(
      'channel/bad-options',
      `${options.channels.length} channels were asked for; a connection has at most ${CHANNELS_MAX}. Share one.`,
    )
  }
  const full = {
    statePriority: 8,
    stateQueueMax: 16,
    headerBytes: 28,
    bytesPerSecondMax: 2_500_000,
    bytesPerSecondMin: 4000,
    inboxMessagesMax: 4096,
    inboxBytesMax: 4 * MIB,
    ...defined(options),
    channels: options.channels.map(fillChannel),
  }
  for (const [name, value] of Object.entries(full)) {
    if (typeof value === 'number') demand(value > 0 || (name === 'headerBytes' && value === 0), name, value)
  }
  return full
}

function fillChannel(channel: ChannelOptions): FullChannelOptions {
  const messageBytesMax = channel.messageBytesMax ?? 65_536
  const full = {
    priority: 1,
    messageBytesMax,
    queueMessagesMax: 1024,
    queueBytesMax: Math.max(MIB, messageBytesMax),
    receiveBytesMax: Math.max(MIB, messageBytesMax),
    ...defined(channel),
  }
  demand(full.priority > 0, `${channel.name}.priority`, full.priority)
  demand(full.queueMessagesMax >= 1, `${channel.name}.queueMessagesMax`, full.queueMessagesMax)
  demand(
    messageBytesMax >= 1 && messageBytesMax <= MESSAGE_BYTES_MAX,
    `${channel.name}.messageBytesMax`,
    messageBytesMax,
  )
  demand(full.queueBytesMax >= messageBytesMax, `${channel.name}.queueBytesMax`, full.queueBytesMax)
  demand(full.receiveBytesMax >= messageBytesMax, `${channel.name}.receiveBytesMax`, full.receiveBytesMax)
  return full
}

/** Leaves out the fields that are undefined, so that they do not hide a default. */
function defined<Thing extends object>(thing: Thing): Thing {
  return Object.fromEntries(Object.entries(thing).filter(([, value]) => value !== undefined)) as Thing
}

function demand(holds: boolean, name: string, value: number): void {
  if (holds) return
  throw new ShardlessError(
    'channel/bad-options',
    `${name} is ${value}. Priorities, rates and queues are greater than 0, a message has 1..${MESSAGE_BYTES_MAX} bytes, and a queue holds at least one message.`,
  )
}
