import { colours } from '../game/colours.ts'
import type { Rules, Team } from '../game/haunted.ts'
import { byId, make } from './element.ts'
import type { Session } from './session.ts'

const SIDES: Record<Team, string> = { neutral: 'undecided', seekers: 'seeks', hiders: 'hides' }

/** What a room shows between matches: sides, colours, who is there and ready, and the rules. */
export class Lobby {
  readonly #section = byId('lobby')
  readonly #alert = byId('lobby-alert')
  readonly #people = byId('people')
  readonly #ready = byId<HTMLButtonElement>('ready')
  readonly #begin = byId<HTMLButtonElement>('begin')
  readonly #rules = byId('rules')
  readonly #form = byId<HTMLFormElement>('rules-form')
  readonly #sides = [...document.querySelectorAll<HTMLInputElement>('#sides input')]
  readonly #dots: HTMLInputElement[] = []
  #session: Session | undefined
  #shown = ''
  #shownRules = ''

  constructor() {
    for (const side of this.#sides)
      side.addEventListener('change', () =>
        this.#ask((session) => session.ask('chooseTeam', { team: side.value as Team })),
      )
    for (const [number, { name, rgb }] of colours.entries()) {
      const dot = make('input', {
        type: 'radio',
        name: 'colour',
        value: String(number),
        ariaLabel: name,
        title: name,
      })
      dot.style.background = `rgb(${rgb.join(',')})`
      dot.addEventListener('change', () =>
        this.#ask((session) => session.ask('chooseColour', { colour: number })),
      )
      this.#dots.push(dot)
      byId('colours').append(make('label', {}, dot))
    }
    this.#ready.addEventListener('click', () => this.toggleReady())
    this.#begin.addEventListener('click', () => this.#ask((session) => session.ask('beginNow', {})))
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault()
      const given = new FormData(this.#form)
      const number = (name: keyof Rules): number => Number(given.get(name))
      const rules = {
        huntSeconds: number('huntSeconds'),
        headStartSeconds: number('headStartSeconds'),
        fillTo: number('fillTo'),
      }
      this.#ask((session) => session.ask('setRules', rules))
    })
    byId('share').addEventListener('click', async ({ currentTarget }) => {
      const button = currentTarget as HTMLButtonElement
      try {
        await navigator.clipboard.writeText(location.href)
        button.textContent = 'The link is copied'
      } catch {
        button.textContent = location.href
      }
    })
  }

  open(session: Session): void {
    this.#session = session
  }

  toggleReady(): void {
    const isReady = this.#session?.me?.isReady
    if (isReady !== undefined) this.#ask((session) => session.ask('sayReady', { isReady: !isReady }))
  }

  frame(): void {
    const session = this.#session
    const match = session?.match
    const isHere = match?.phase === 'lobby' || match?.phase === 'counting'
    this.#section.hidden = !isHere
    if (!session || !match || !isHere) return
    const { people, me } = session
    const shown = JSON.stringify([people, me?.name, match.code, match.phase])
    if (shown === this.#shown) return
    this.#shown = shown
    byId('room-code').textContent = match.code
    this.#people.replaceChildren(
      ...people.map((one) => {
        const dot = make('span', { className: `dot ${one.team}` })
        dot.style.background = `rgb(${(colours[one.colour]?.rgb ?? [255, 255, 255]).join(',')})`
        dot.setAttribute('aria-hidden', 'true')
        const facts = [
          ...(one === me ? ['you'] : []),
          ...(one.isHost ? ['host'] : []),
          ...(one.isBot ? ['bot'] : []),
          SIDES[one.team],
          one.isReady ? 'ready' : 'not ready',
        ]
        const words = make('span', {}, one.name, ' ', make('small', { textContent: facts.join(', ') }))
        return make('li', {}, dot, words)
      }),
    )
    for (const side of this.#sides) side.checked = me?.team === side.value
    for (const [number, dot] of this.#dots.entries()) {
      dot.checked = me?.colour === number
      dot.disabled = !me || people.some((one) => one !== me && !one.isBot && one.colour === number)
    }
    this.#ready.disabled = !me || me.team === 'neutral'
    this.#ready.ariaPressed = String(me?.isReady ?? false)
    this.#ready.textContent = me?.isReady ? 'Ready, waiting for the others' : 'I am ready'
    this.#begin.hidden = !me?.isHost
    this.#rules.hidden = !me?.isHost
    const rules = JSON.stringify(match.rules)
    if (rules === this.#shownRules) return
    this.#shownRules = rules
    for (const [name, value] of Object.entries(match.rules)) {
      const field = this.#form.elements.namedItem(name)
      if (field instanceof HTMLInputElement) field.value = String(value)
    }
  }

  async #ask(ask: (session: Session) => Promise<unknown>): Promise<void> {
    if (!this.#session) return
    this.#alert.textContent = ''
    try {
      await ask(this.#session)
    } catch (error) {
      this.#alert.textContent = (error as Error).message
      // What was chosen does not hold: show again what does.
      this.#shown = ''
    }
  }
}
