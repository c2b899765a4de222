import { bothWays, parseWeather, presets, type WeatherAir, type WeatherFigures } from 'shardless/lab'
import { Chips } from './chips.ts'
import { byId } from './element.ts'

/** The network conditions to choose from, by the engine's names. */
const weathers = ['clear', 'LAN', 'fibre', 'wifi', '4G', 'train', 'terrible'] as const

/** The value that each slider sets. */
const sliders = {
  latency: { shown: (at: WeatherFigures) => at.latencyMs, set: (latencyMs: number) => ({ latencyMs }) },
  jitter: { shown: (at: WeatherFigures) => at.jitterMs, set: (jitterMs: number) => ({ jitterMs }) },
  loss: { shown: (at: WeatherFigures) => at.loss * 100, set: (percent: number) => ({ loss: percent / 100 }) },
} as const

/** How long nothing arrives when the network is held, and how long sending is held, in ms. */
const heldMs = 900
const holdingMs = 300

/**
 * Simulates network conditions on this page's own connection: ready-made ones, or by sliders, at once and in both
 * directions.
 */
export class WeatherDials {
  readonly #air: WeatherAir
  readonly #chips: Chips
  /** The current network conditions, when the network is not held. */
  #figures: WeatherFigures

  constructor(air: WeatherAir) {
    this.#air = air
    this.#figures = air.figures.out
    this.#chips = new Chips('weathers', weathers, (index) => this.#set(parseWeather(weathers[index])))
    for (const [name, { set }] of Object.entries(sliders)) {
      const slider = byId<HTMLInputElement>(name)
      slider.addEventListener('input', () => this.#set({ ...this.#figures, ...set(slider.valueAsNumber) }))
    }
    byId('hold-network').addEventListener('click', () => this.#hold())
    this.#show()
  }

  #set(figures: WeatherFigures): void {
    this.#figures = figures
    this.#air.set(bothWays(figures))
    this.#show()
  }

  /** Delays what is sent now; all that follows waits behind it. */
  #hold(): void {
    this.#air.set(bothWays({ ...this.#figures, latencyMs: this.#figures.latencyMs + heldMs }))
    setTimeout(() => this.#air.set(bothWays(this.#figures)), holdingMs)
  }

  #show(): void {
    this.#chips.chosen = weathers.findIndex((name) => presets[name] === this.#figures)
    for (const [name, { shown }] of Object.entries(sliders)) {
      const value = shown(this.#figures)
      byId<HTMLInputElement>(name).valueAsNumber = value
      const digits = name === 'loss' || (value < 10 && value > 0) ? 1 : 0
      byId(`${name}-value`).textContent = `${value.toFixed(digits)} ${name === 'loss' ? '%' : 'ms'}`
    }
  }
}
