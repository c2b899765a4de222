import { BitmapText, Container, Graphics, Text, TextStyle } from 'pixi.js'
import { palette } from './palette.ts'

const font = 'Nunito, "Segoe UI", system-ui, sans-serif'
/** Returns how long a bubble stays, in seconds: a base time, plus some for every letter. */
const readingTime = (text: string): number => Math.min(9, 2.6 + text.length * 0.06)

/** Returns a text style. All names share one, as each style draws its letters once for all users. */
const style = (fill: string): TextStyle =>
  new TextStyle({
    fontFamily: font,
    fontSize: 13,
    fontWeight: '700',
    fill,
    stroke: { color: palette.paper, width: 3.5, join: 'round' },
  })
const [nameStyle, ownNameStyle] = [style(palette.ink), style('#1f6f74')]

/**
 * Draws a name over a head, and above it what that person says. Units are CSS pixels, not metres: letters keep
 * their size.
 */
export class Label {
  readonly view = new Container()
  readonly #name: BitmapText
  #bubble: Container | undefined
  #left = 0

  constructor(name: string, isMine: boolean) {
    this.#name = new BitmapText({
      text: name,
      anchor: { x: 0.5, y: 1 },
      style: isMine ? ownNameStyle : nameStyle,
    })
    this.view.addChild(this.#name)
  }

  /** Shows a bubble, in place of the current one. */
  say(text: string): void {
    this.#bubble?.destroy({ children: true })
    this.#bubble = bubble(text)
    this.#bubble.y = -20
    this.#left = readingTime(text)
    this.view.addChild(this.#bubble)
  }

  /** @param isHidden whether a roof is over this person: the name is hidden, words are still shown */
  update(seconds: number, isHidden: boolean): void {
    this.#name.alpha += ((isHidden ? 0 : 1) - this.#name.alpha) * (1 - Math.exp(-seconds * 8))
    this.#name.visible = this.#name.alpha > 0.02
    if (!this.#bubble) return
    this.#left -= seconds
    this.#bubble.alpha = Math.min(1, this.#left * 2)
    if (this.#left > 0) return
    this.#bubble.destroy({ children: true })
    this.#bubble = undefined
  }

  destroy(): void {
    this.view.destroy({ children: true })
  }
}

function bubble(text: string): Container {
  const words = new Text({
    text,
    anchor: { x: 0.5, y: 1 },
    y: -14,
    resolution: Math.min(3, Math.ceil(devicePixelRatio)),
    style: {
      fontFamily: font,
      fontSize: 14,
      lineHeight: 18,
      fill: palette.ink,
      align: 'center',
      wordWrap: true,
      breakWords: true,
      wordWrapWidth: 190,
    },
  })
  const [width, height] = [Math.max(26, words.width) + 22, words.height + 12]
  const paper = new Graphics()
  const draw = (dy: number): Graphics =>
    paper.roundRect(-width / 2, -height - 8 + dy, width, height, 12).poly([-7, -9 + dy, 7, -9 + dy, 0, dy])
  draw(2).fill({ color: palette.shade, alpha: 0.16 })
  draw(0).fill({ color: palette.paper, alpha: 0.97 })
  const whole = new Container()
  whole.addChild(paper, words)
  return whole
}
