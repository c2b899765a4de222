/** Runs the haunted house in a browser: the connection, what is shown of it, and what the player does. */
import { byId, make } from './element.ts'
import { Hall } from './hall.ts'
import { Input } from './input.ts'
import { Lobby } from './lobby.ts'
import { Result } from './result.ts'
import { Session } from './session.ts'
import { Sound } from './sound.ts'
import { Stage } from './stage.ts'

declare global {
  interface Window {
    /** The connection, for tests and for tinkering in the console. */
    haunted?: { readonly session: Session }
  }
}

const NAME = 'haunted-name'
const LOG_LINES = 6

const canvas = byId<HTMLCanvasElement>('stage')
const [stage, sound, input] = [new Stage(canvas), new Sound(), new Input(canvas)]
const [hall, lobby, result] = [new Hall(), new Lobby(), new Result()]
const status = byId('status')
const name = byId<HTMLInputElement>('name')
let session: Session | undefined

name.value = localStorage.getItem(NAME) ?? ''
byId('name-form').addEventListener('submit', async (event) => {
  event.preventDefault()
  sound.wake()
  const alert = byId('door-alert')
  alert.textContent = ''
  try {
    begin(await Session.open(name.value.trim()))
    localStorage.setItem(NAME, name.value.trim())
  } catch (error) {
    alert.textContent = (error as Error).message
  }
})
for (const gesture of ['keydown', 'pointerdown'] as const) addEventListener(gesture, () => sound.wake())

const mute = byId<HTMLButtonElement>('mute')
const showMute = (): void => {
  mute.ariaPressed = String(sound.isMuted)
  mute.textContent = sound.isMuted ? '♪ off' : '♪ on'
  mute.ariaLabel = sound.isMuted ? 'Sound is off' : 'Sound is on'
}
const toggleMute = (): void => {
  sound.isMuted = !sound.isMuted
  showMute()
}
showMute()
mute.addEventListener('click', toggleMute)
input.onKey('KeyM', toggleMute)
input.onKey('KeyR', () => lobby.toggleReady())
input.onKey('Enter', () => {
  if (document.activeElement === document.body && !byId('talk').hidden) byId('say').focus()
})
byId('follow').addEventListener('click', () => {
  session?.followNext().catch((error: Error) => note(error.message))
})
byId('leave').addEventListener('click', async () => {
  await session?.ask('leaveRoom', {}).catch(() => {})
  session?.left()
})
byId('say-form').addEventListener('submit', async (event) => {
  event.preventDefault()
  const say = byId<HTMLInputElement>('say')
  const text = say.value.trim()
  say.value = ''
  say.blur()
  if (text !== '') await session?.ask('say', { text }).catch((error: Error) => note(error.message))
})

/** Shows the house from now on. */
async function begin(opened: Session): Promise<void> {
  session = opened
  window.haunted = { session }
  byId('door').hidden = true
  byId('bar').hidden = false
  for (const part of [hall, lobby, result]) part.open(session)
  const { client } = session
  client.on('said', ({ who, text }) => note(`${who}: ${text}`))
  client.on('notice', ({ text }) => note(text))
  client.on('caught', ({ who, by }) => {
    const isOwn = who === session?.me?.name
    note(isOwn ? `${by} has caught you. You see the whole house now.` : `${by} has caught ${who}.`)
    sound.caught(isOwn)
  })
  client.on('heart', ({ loudness }) => sound.heart(loudness))
  client.onStatus((now, reason) => {
    if (now === 'closed') status.textContent = reason ?? 'The connection is closed. Load the page again.'
    else if (now === 'reconnecting') status.textContent = 'The connection is lost; it is being made anew.'
    else status.textContent = ''
  })
  const code = decodeURIComponent(location.hash.slice(1))
  if (!(await session.takeUp()) && code !== '') await hall.follow(code)
}

result.onEnd = (isWon) => {
  sound.heart(0)
  sound.end(isWon)
}

/** Adds a line to what was said and done. */
function note(text: string): void {
  const log = byId('log')
  log.append(make('li', { textContent: text }))
  while (log.children.length > LOG_LINES) log.firstElementChild?.remove()
}

let before = ''
let lastSecond = -1
function showCourse(): void {
  const match = session?.match
  byId('talk').hidden = byId('leave').hidden = match === undefined
  const follow = byId('follow')
  follow.hidden = match?.phase !== 'hunt' || session?.client.me !== undefined
  if (!follow.hidden)
    follow.textContent = session?.followed ? `Watching ${session.followed}` : 'Watch somebody'
  const [phase, clock, left] = [byId('phase'), byId('clock'), byId('left')]
  if (!session || !match) {
    phase.textContent = 'Haunted Chronicles'
    clock.textContent = left.textContent = ''
    return
  }
  const seconds = Math.ceil(session.secondsLeft)
  const blind = Math.ceil(session.secondsBlind)
  const { me, people } = session
  clock.textContent =
    match.phase === 'lobby' ? '' : `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
  const hiders = people.filter(({ team }) => team === 'hiders')
  const free = hiders.filter(({ isCaught }) => !isCaught).length
  left.textContent = match.phase === 'hunt' ? `${free} of ${hiders.length} hide` : ''
  const role = me?.isCaught
    ? 'You are caught, and watch'
    : { seekers: 'You seek', hiders: 'You hide', neutral: 'You watch' }[me?.team ?? 'neutral']
  phase.textContent = {
    lobby: 'Lobby',
    counting: 'The match begins',
    hunt: role,
    result: 'The match is over',
  }[match.phase]
  if (match.phase === 'counting' && seconds !== lastSecond) sound.tick()
  lastSecond = seconds
  const isBlind = blind > 0
  const now = `${match.phase}${isBlind}`
  if (now !== before) {
    if (match.phase === 'hunt') sound.bell()
    else sound.heart(0)
    before = now
  }
  const word =
    match.phase !== 'hunt' || !isBlind
      ? ''
      : me?.team === 'seekers'
        ? `Your eyes are closed for ${blind} s`
        : `Hide! They open their eyes in ${blind} s`
  if (session.client.status === 'open' && status.textContent !== word) status.textContent = word
}

function frame(ms: number): void {
  const at = ms / 1000
  if (session) {
    const { client } = session
    if (client.status === 'open' && client.me) client.command(input.way)
    client.frame()
  }
  for (const part of [hall, lobby, result]) part.frame()
  showCourse()
  stage.draw(session, sound, at)
  sound.frame(at)
  requestAnimationFrame(frame)
}
requestAnimationFrame(frame)
