import type { ClientStats } from 'shardless/client'

/** The number of samples kept: half a minute at four a second. */
const kept = 120

const lines = [
  { name: 'ping', colour: 'light-dark(#b6533f, #f09a86)', of: (stats: ClientStats) => stats.pingMs },
  { name: 'jitter', colour: 'light-dark(#a8862b, #e3c15c)', of: (stats: ClientStats) => stats.jitterMs },
  {
    name: "others' delay",
    colour: 'light-dark(#1f6f74, #62d0c6)',
    of: (stats: ClientStats) => stats.interpolationMs,
  },
  { name: 'your lead', colour: 'light-dark(#6b4f9e, #bda3f2)', of: (stats: ClientStats) => stats.leadMs },
] as const

const correctionColour = 'light-dark(#3a3446, #eceae4)'
/** The possible distances between two lines across the picture, in ms. */
const steps = [50, 100, 200, 500, 1000, 2000, 5000]
/** The height of the strip for corrections at the bottom, in pixels. */
const foot = 8

interface Look {
  readonly values: readonly number[]
  /** Whether anything was corrected since the previous sample. */
  readonly isCorrected: boolean
}

/** Draws the last half minute of a connection, in ms, with corrections at the bottom. */
export class Graph {
  readonly #canvas: HTMLCanvasElement
  readonly #legend: LegendEntry[]
  readonly #correction: LegendEntry
  #looks: Look[] = []
  /** At the last sample; undefined before the first. */
  #corrections: number | undefined

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas
    const list = canvas.nextElementSibling as HTMLElement
    this.#legend = lines.map(({ name, colour }) => entry(list, name, colour))
    this.#correction = entry(list, 'correction', correctionColour)
  }

  clear(): void {
    this.#looks = []
    this.#corrections = undefined
  }

  add(stats: ClientStats): void {
    const isCorrected = this.#corrections !== undefined && stats.corrections > this.#corrections
    this.#corrections = stats.corrections
    this.#looks.push({ values: lines.map(({ of }) => of(stats)), isCorrected })
    if (this.#looks.length > kept) this.#looks.shift()
  }

  draw(): void {
    const ctx = this.#canvas.getContext('2d')
    if (!ctx) return
    const { clientWidth: width, clientHeight: height } = this.#canvas
    this.#fit(width, height)
    const most = Math.max(100, ...this.#looks.flatMap(({ values }) => values))
    const x = (at: number): number => ((at + kept - this.#looks.length) / (kept - 1)) * width
    const y = (ms: number): number => height - foot - (ms / (most * 1.1)) * (height - foot - 4)
    ctx.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0)
    ctx.clearRect(0, 0, width, height)
    ctx.font = '10px system-ui, sans-serif'
    const step = steps.find((ms) => most / ms < 4) ?? most
    // What the style sheet makes of the page's light or dark.
    const ink = getComputedStyle(this.#canvas).color
    ctx.fillStyle = ink
    for (let ms = step; ms <= most; ms += step) {
      ctx.globalAlpha = 0.15
      ctx.fillRect(0, y(ms), width, 1)
      ctx.globalAlpha = 0.8
      ctx.fillText(`${ms} ms`, 4, y(ms) - 2)
    }
    ctx.globalAlpha = 1
    ctx.lineWidth = 1.5
    ctx.lineJoin = 'round'
    for (const [line, { swatch }] of this.#legend.entries()) {
      ctx.strokeStyle = getComputedStyle(swatch).backgroundColor
      ctx.beginPath()
      for (const [at, { values }] of this.#looks.entries()) ctx.lineTo(x(at), y(values[line]))
      ctx.stroke()
    }
    ctx.fillStyle = getComputedStyle(this.#correction.swatch).backgroundColor
    for (const [at, { isCorrected }] of this.#looks.entries())
      if (isCorrected) ctx.fillRect(x(at) - 1, height - foot + 2, 2, foot)
    for (const [line, { value }] of this.#legend.entries())
      value.textContent = `${(this.#looks.at(-1)?.values[line] ?? 0).toFixed(0)} ms`
  }

  /** Matches the canvas to the screen's pixels. */
  #fit(width: number, height: number): void {
    const [wide, high] = [Math.round(width * devicePixelRatio), Math.round(height * devicePixelRatio)]
    if (this.#canvas.width !== wide) this.#canvas.width = wide
    if (this.#canvas.height !== high) this.#canvas.height = high
  }
}

interface LegendEntry {
  /** Has the colour of the line. */
  readonly swatch: HTMLElement
  /** Where its number stands. */
  readonly value: HTMLElement
}

function entry(list: HTMLElement, name: string, colour: string): LegendEntry {
  const [item, swatch, value] = ['li', 'i', 'b'].map((tag) => document.createElement(tag))
  swatch.style.background = colour
  item.append(swatch, `${name} `, value)
  list.append(item)
  return { swatch, value }
}
