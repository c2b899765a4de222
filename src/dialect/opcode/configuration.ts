import type { ByteWriter } from './byte-writer.ts'
import { plainText } from './plain-text.ts'

/** The fields of a server's configuration, in order. Four are texts, all others bytes. */
const FIELDS =
  `serverName welcomeName levelLimit auctionNpcs ironManNpcs floatingNames clans killFeed fog groundItems
  autoMessageSwitch batch sideMenu inventoryCount zoom combatStyleMenu fightModeSelector xpCounter xpDrops itemsOnDeath
  roofs hideIp remember globalChat skillMenus questMenus elixirs keyboardShortcuts customBanks bankPins bankNotes
  certDeposit firemaking dropX xpInfo woodcutGuild decanting certsToBank rankDisplay rightClickBank overheadChat
  welcomeText members logoShown logoSprite fps email registrationLimit resize lenientDetails fatigue customSprites
  playerCommands pets walkingSpeed herbNames questStarted fishingDepletes objectNames runecraft customLandscape
  equipmentTab bankPresets parties miningExtended stepsPerFrame leftclickWebs npcKillCounters customUi globalFriend
  creationMode skillRate harvesting hideLoginBox globalFriendChat rightClickTrade sleep extendedCats certsAsNotes
  pkPoints pkPointsRatio pkPresets undergroundFlicker noMinimapRotation beardedLadies pride`.split(/\s+/)

/** What is not 0: everything that the game has not is switched off. */
const NUMBERS: Readonly<Record<string, number>> = {
  levelLimit: 99,
  zoom: 1,
  roofs: 1,
  fps: 50,
  resize: 1,
  walkingSpeed: 1,
  stepsPerFrame: 4,
}
const NAME_LENGTH_MAX = 24
const WELCOME_LENGTH_MAX = 80
const WELCOME_LENGTH_LEAST = 10

/**
 * Appends a server's configuration: 86 fields, of which a client of 2020 reads the first 78. All of them are 100 to 218
 * bytes, as a client reads the length from one byte.
 */
export function writeConfiguration(to: ByteWriter, about: { name: string; welcome: string }): void {
  const name = plainText(about.name).slice(0, NAME_LENGTH_MAX)
  const texts: Readonly<Record<string, string>> = {
    serverName: name,
    welcomeName: name,
    welcomeText: plainText(about.welcome).slice(0, WELCOME_LENGTH_MAX).padEnd(WELCOME_LENGTH_LEAST),
    /** The number of a picture, as a text. */
    logoSprite: '2010',
  }
  for (const field of FIELDS) {
    if (texts[field] === undefined) to.u8(NUMBERS[field] ?? 0)
    else to.line(texts[field])
  }
}
