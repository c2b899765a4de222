import { after, FOREVER, type Instant, instant, milliseconds } from '../../core/index.ts'
import type { EntityId } from '../../world/index.ts'
import type { Whereabouts } from '../conversation.ts'
import type { Context } from '../dialect.ts'
import { Framer } from '../foreign/framer.ts'
import type { Interpreter } from '../foreign/interpreter.ts'
import type { Joined, RefusedPlayer, Speaker, WorldNews } from '../foreign/speaker.ts'
import { browserForm } from './browser-form.ts'
import { writeConfiguration } from './configuration.ts'
import { desktopForm } from './desktop-form.ts'
import type { Identity } from './form.ts'
import { FROM_CLIENT, TO_CLIENT } from './opcode.ts'
import { Outlet } from './outlet.ts'
import type { OpcodeSettings } from './settings.ts'
import { Visit } from './visit.ts'

/** The time that a client has for its own goodbye after a logout, and for reading that it is out. */
export const GOODBYE_MS = milliseconds(1500)
/** A session's number. It must not be 0, and nothing hangs on it: it seals nothing. */
const SESSION = [0, 0, 0, 0, 0, 0, 0, 1] as const
const KNOWN: ReadonlySet<number> = new Set(Object.values(FROM_CLIENT))

const decoder = new TextDecoder()

/** How far a client has come. */
type Stage =
  | { readonly at: 'greeting' }
  | { readonly at: 'registering' }
  | { readonly at: 'logging in'; readonly name: string }
  | { readonly at: 'in'; readonly visit: Visit }
  | { readonly at: 'leaving'; readonly until: Instant }
  | { readonly at: 'over' }

/**
 * Speaks the protocol of opcodes with one client, in the form that its first byte shows.
 *
 *     greeting --login--> logging in --> in --logout--> leaving --goodbye, time--> over
 *        |                     '--refused---------------------------------------------^
 *        '--configuration, registration-----------------------------------------------'
 */
export class OpcodeSpeaker implements Speaker {
  readonly #to: Interpreter
  readonly #context: Context
  readonly #settings: OpcodeSettings
  #out: Outlet
  readonly #asked = new Map<number, string>()
  #framer: Framer | undefined
  #stage: Stage = { at: 'greeting' }
  #now: Instant = instant(0)
  #nextTick: Instant = FOREVER

  constructor(to: Interpreter, context: Context, settings: OpcodeSettings) {
    this.#to = to
    this.#context = context
    this.#settings = settings
    this.#out = new Outlet(to, desktopForm)
  }

  receive(chunk: Uint8Array, now: Instant): void {
    this.#now = now
    if (chunk.length === 0) return
    if (this.#framer === undefined) {
      // No length of a desktop client's first frame has a high byte, and no browser client's begins with 0.
      const form = chunk[0] === 0 ? desktopForm : browserForm
      this.#out = new Outlet(this.#to, form)
      this.#framer = new Framer(form.framing)
    }
    this.#framer.push(
      chunk,
      (frame) => this.#hear(frame),
      () => this.#to.drop('broken-frame'),
    )
  }

  joined({ own, where }: Joined): void {
    this.#out.sendBare(this.#out.form.welcome)
    this.#stage = {
      at: 'in',
      visit: new Visit(this.#to, this.#out, { own, where, settings: this.#settings }),
    }
    this.#nextTick = this.#now
  }

  registered(): void {
    this.#out.sendBare(this.#out.form.registered)
    this.#close()
  }

  refused(refused: RefusedPlayer): void {
    const { form } = this.#out
    const stage = this.#stage
    if (stage.at === 'logging in' && refused.code === 'closed') {
      // This server has no accounts: a name is enough.
      this.#to.join(stage.name)
      return
    }
    if (stage.at === 'logging in') this.#out.sendBare(form.loginRefusal(refused))
    else if (stage.at === 'registering') this.#out.sendBare(form.registrationRefusal(refused))
    else if (stage.at === 'in') {
      this.#out.print(refused.reason)
      // Told that it is over, a client shows its first page. Left alone it comes back, as it should after a restart.
      if (refused.code !== 'closing') this.#out.send(TO_CLIENT.closed)
    }
    this.#close()
  }

  advanced(news: WorldNews): void {
    if (this.#stage.at === 'in') this.#stage.visit.advanced(news)
  }

  told(event: string, body: unknown): void {
    const heard = this.#settings.adapter.heard?.(event, body)
    if (heard && this.#stage.at === 'in') this.#stage.visit.hear(heard.who, heard.words)
  }

  replied(id: number, reply: { readonly body: unknown } | { readonly sorry: string }): void {
    const request = this.#asked.get(id) ?? ''
    this.#asked.delete(id)
    const line = 'sorry' in reply ? reply.sorry : this.#settings.answer(request, reply.body)
    if (line !== undefined && this.#stage.at === 'in') this.#out.print(line)
  }

  owns(id: EntityId): void {
    if (this.#stage.at === 'in') this.#stage.visit.owns(id)
  }

  arrived(where: Whereabouts, isOtherWorld: boolean): void {
    if (isOtherWorld && this.#stage.at === 'in') this.#stage.visit.arrived(where)
  }

  tick(now: Instant): void {
    this.#now = now
    const stage = this.#stage
    if (stage.at === 'leaving' && now >= stage.until) this.#close()
    if (stage.at !== 'in' || now < this.#nextTick || this.#to.room <= 0) return
    // Short delays are made up for; after a long one ticks go on from here.
    const due = after(this.#nextTick, this.#settings.tickMs)
    this.#nextTick = due > now ? due : after(now, this.#settings.tickMs)
    stage.visit.show()
  }

  #hear(frame: Uint8Array): void {
    if (frame.length === 0) {
      this.#to.drop('short')
      return
    }
    const { opcode, body } = this.#out.form.unwrap(frame)
    const stage = this.#stage
    if (opcode === FROM_CLIENT.goodbye) this.#close()
    else if (!KNOWN.has(opcode)) this.#to.ignore('unknown-opcode')
    else if (stage.at === 'greeting') this.#greet(opcode, body)
    else if (stage.at === 'in') this.#obey(stage.visit, opcode, body)
    else this.#to.ignore('out-of-turn')
  }

  #greet(opcode: number, body: Uint8Array): void {
    const { form } = this.#out
    if (opcode === FROM_CLIENT.configuration) this.#configure()
    else if (opcode === FROM_CLIENT.session) this.#out.sendBare(...SESSION)
    else if (opcode === FROM_CLIENT.login) this.#logIn(form.readLogin(body))
    else if (opcode === FROM_CLIENT.register) this.#register(form.readRegistration(body))
    else this.#to.drop('out-of-turn')
  }

  #configure(): void {
    const { name } = this.#context.information()
    writeConfiguration(this.#out.writer, { name, welcome: this.#settings.welcome })
    this.#out.send(TO_CLIENT.configuration)
    this.#close()
  }

  #logIn(identity: Identity | undefined): void {
    if (identity === undefined) {
      this.#to.drop('short')
      return
    }
    const { version, name, password } = identity
    this.#stage = { at: 'logging in', name }
    if (!this.#out.form.versions.includes(version)) {
      this.#to.ignore('other-version')
      this.refused({
        code: 'protocol',
        reason: 'Another version of the client is spoken with.',
        isOver: true,
      })
    } else if (password === '') this.#to.join(name)
    else this.#to.login(name, password)
  }

  #register(identity: Identity | undefined): void {
    if (identity === undefined) {
      this.#to.drop('short')
      return
    }
    this.#stage = { at: 'registering' }
    this.#to.register(identity.name, identity.password)
  }

  #obey(visit: Visit, opcode: number, body: Uint8Array): void {
    if (opcode === FROM_CLIENT.walk || opcode === FROM_CLIENT.walkTo) visit.setOut(body)
    else if (opcode === FROM_CLIENT.chat) this.#say(this.#out.form.readChat(body))
    else if (opcode === FROM_CLIENT.order) this.#ask(this.#settings.order(decoder.decode(body).trim()))
    else if (opcode === FROM_CLIENT.logout) this.#logOut()
    else if (opcode !== FROM_CLIENT.heartbeat && opcode !== FROM_CLIENT.knownLooks)
      this.#to.ignore('out-of-turn')
  }

  #say(words: string | undefined): void {
    if (words === undefined) this.#to.drop('bad-chat')
    else if (words.trim() !== '') this.#ask(this.#settings.adapter.say?.(words.trim()))
  }

  #ask(wish: { readonly request: string; readonly body: unknown } | undefined): void {
    const id = wish && this.#to.ask(wish.request, wish.body)
    if (wish && id !== undefined) this.#asked.set(id, wish.request)
    else this.#out.print('Nobody here understands that.')
  }

  #logOut(): void {
    this.#stage = { at: 'leaving', until: after(this.#now, GOODBYE_MS) }
    this.#to.leave()
    this.#out.send(TO_CLIENT.closed)
  }

  #close(): void {
    if (this.#stage.at === 'over') return
    this.#stage = { at: 'over' }
    this.#framer?.stop()
    this.#to.close()
  }
}
