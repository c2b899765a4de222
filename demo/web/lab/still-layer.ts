/** What of a picture does not move: painted when its key changes, and copied from then on. */
export class StillLayer {
  readonly #canvas = document.createElement('canvas')
  #key = ''

  /**
   * Puts the layer into a picture.
   *
   * @param key    says what is on it; size and the screen's density are added here
   * @param paint  paints it, in pixels of the page
   */
  draw(
    ctx: CanvasRenderingContext2D,
    key: string,
    { width, height }: { readonly width: number; readonly height: number },
    paint: (ctx: CanvasRenderingContext2D) => void,
  ): void {
    const whole = `${key} ${ctx.canvas.width} ${ctx.canvas.height} ${devicePixelRatio}`
    if (whole !== this.#key) {
      this.#key = whole
      this.#canvas.width = ctx.canvas.width
      this.#canvas.height = ctx.canvas.height
      const own = this.#canvas.getContext('2d')
      own?.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0)
      if (own) paint(own)
    }
    if (this.#canvas.width > 0) ctx.drawImage(this.#canvas, 0, 0, width, height)
  }
}
