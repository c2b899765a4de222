import {
  type ExperimentSettings,
  type Means,
  means,
  readSettings,
  scenarioByName,
  writeScript,
} from 'shardless/lab'
import { figuresOf } from './figures.ts'
import { Picture } from './picture.ts'
import { begin, Runner } from './runner.ts'

const FIGURES_MS = 250
const shownFigures = ['Ping', 'Lost', 'Bandwidth', 'Lag'] as const
const attributes = ['seed', 'players', 'link', 'weather', 'off', 'script'] as const

const style = `
:host { display: block; max-width: 44rem; margin: 1rem 0; font: 14px/1.4 system-ui, sans-serif; color-scheme: light dark }
canvas { display: block; width: 100%; aspect-ratio: 16 / 9; border: 1px solid light-dark(#c9c7bf, #474a55); border-radius: 8px }
p { display: flex; flex-wrap: wrap; gap: .3rem 1rem; align-items: center; margin: .4rem 0; font-variant-numeric: tabular-nums }
button { font: inherit; min-height: 2rem }
:focus-visible { outline: 2px solid light-dark(#1f5f8b, #7fc0ee); outline-offset: 2px }
`

const paint = {
  light: {
    paper: '#fff',
    ink: '#23252b',
    soft: '#5b5e68',
    faint: '#c9c7bf',
    wall: '#d8d2c4',
    up: '#1f6f74',
    down: '#a86a00',
    lost: '#b3261e',
  },
  dark: {
    paper: '#26282f',
    ink: '#eceae4',
    soft: '#aeb0b8',
    faint: '#474a55',
    wall: '#3b3e48',
    up: '#62d0c6',
    down: '#f2b84b',
    lost: '#ff8a80',
  },
} as const

/**
 * A small laboratory inside another page:
 *
 *     <shardless-lab seed="7" players="3" link="udp" weather="4G" switch="prediction"></shardless-lab>
 *
 * `seed`, `players`, `link`, `weather`, `off` and `script` are those of the laboratory's address; `scenario` names one
 * of the simulator's; `switch` lists the engine's means that the reader can switch. It runs only while it is in sight.
 */
export class ShardlessLab extends HTMLElement {
  #isInSight = false
  #isBegun = false
  readonly #sight = new IntersectionObserver(([{ isIntersecting }]) => {
    this.#isInSight = isIntersecting
  })

  connectedCallback(): void {
    this.#sight.observe(this)
    if (this.#isBegun) return
    this.#isBegun = true
    const root = this.attachShadow({ mode: 'open' })
    const sheet = document.createElement('style')
    sheet.textContent = style
    const canvas = document.createElement('canvas')
    canvas.setAttribute('role', 'img')
    canvas.setAttribute(
      'aria-label',
      "The server's world in the middle, the players' around it, packets between them",
    )
    const controls = document.createElement('p')
    const figures = document.createElement('p')
    root.append(sheet, canvas, controls, figures)
    this.#begin(canvas, controls, figures).catch((error: Error) => {
      figures.textContent = error.message
    })
  }

  /** Stands still while it is on no page, and goes on where it was when it is put back. */
  disconnectedCallback(): void {
    this.#sight.disconnect()
    this.#isInSight = false
  }

  async #begin(canvas: HTMLCanvasElement, controls: HTMLElement, figures: HTMLElement): Promise<void> {
    let settings = this.#settings()
    const picture = new Picture(canvas)
    const runner = new Runner(await begin(settings), () => {})
    controls.append(
      button('Pause', (self) => {
        runner.isPlaying = !runner.isPlaying
        self.textContent = runner.isPlaying ? 'Pause' : 'Play'
      }),
      button('From the beginning', async () => runner.take(await begin(settings))),
    )
    for (const what of this.#switches())
      controls.append(
        box(what, !settings.off.includes(what), async (isOn) => {
          const off = isOn ? settings.off.filter((one) => one !== what) : [...settings.off, what]
          settings = { ...settings, off }
          // Quantizing is another game: it begins anew.
          if (what === 'quantizing') runner.take(await begin(settings))
          else await runner.run.do({ do: 'switch', what, isOn })
        }),
      )
    const link = document.createElement('a')
    link.href = this.getAttribute('href') ?? './'
    link.textContent = 'the whole laboratory'
    controls.append(link)
    const dark = matchMedia('(prefers-color-scheme: dark)')
    let toldAt = 0
    const frame = (now: number): void => {
      requestAnimationFrame(frame)
      if (!this.#isInSight) return
      runner.frame(now)
      picture.draw(runner.run, runner.shownAt, dark.matches ? paint.dark : paint.light)
      if (now - toldAt < FIGURES_MS) return
      toldAt = now
      const found = figuresOf(runner.run, picture.chosen, runner.shownAt)
      figures.replaceChildren(...shownFigures.map((name) => span(`${name} ${found[name]}`)))
    }
    requestAnimationFrame(frame)
  }

  #settings(): ExperimentSettings {
    const query = new URLSearchParams()
    for (const name of attributes) {
      const value = this.getAttribute(name)
      if (value !== null) query.set(name, value)
    }
    const scenario = this.getAttribute('scenario')
    if (scenario !== null) {
      const { faults, weather } = scenarioByName(scenario)
      query.set('script', writeScript(faults))
      if (!query.has('weather')) query.set('weather', weather.join(';'))
    }
    return readSettings(query.toString())
  }

  #switches(): Means[] {
    const named = (this.getAttribute('switch') ?? '').split(/[\s,]+/)
    return means.filter((what) => named.includes(what))
  }
}

function box(what: Means, isOn: boolean, flip: (isOn: boolean) => unknown): HTMLElement {
  const label = document.createElement('label')
  const input = document.createElement('input')
  input.type = 'checkbox'
  input.checked = isOn
  input.addEventListener('change', () => void flip(input.checked))
  label.append(input, ` ${what}`)
  return label
}

function button(text: string, act: (self: HTMLButtonElement) => unknown): HTMLButtonElement {
  const made = document.createElement('button')
  made.type = 'button'
  made.textContent = text
  made.addEventListener('click', () => act(made))
  return made
}

function span(text: string): HTMLElement {
  const made = document.createElement('span')
  made.textContent = text
  return made
}

if (!customElements.get('shardless-lab')) customElements.define('shardless-lab', ShardlessLab)
