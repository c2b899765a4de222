/** The distance that the shorter side of the screen shows at zoom 1, in metres. */
const metresAcross = 22
const scaleLeast = 21
const scaleMost = 52
const zoomLeast = 0.7
const zoomMost = 1.7

/**
 * Controls the view: follows someone smoothly, never shows beyond the map, and chooses a scale that fits the
 * screen. Metres; y downwards.
 */
export class Camera {
  x: number
  y: number
  width = 1
  height = 1
  zoom = 1
  /** The covered margins at the left and the lower edge, in CSS pixels. */
  covered = { left: 0, bottom: 0 }
  #left = 0
  #bottom = 0
  #map: { width: number; height: number }
  #isPlaced = false
  #wantedZoom = 1

  constructor(map: { width: number; height: number }) {
    this.#map = map
    this.x = map.width / 2
    this.y = map.height / 2
  }

  /** Switches to another map; the place on it is set once there is somebody to follow. */
  enter(map: { width: number; height: number }): void {
    this.#map = map
    this.#isPlaced = false
  }

  /** The scale, in CSS pixels per metre. */
  get scale(): number {
    const fitting = Math.min(this.width, this.height) / metresAcross
    return Math.min(Math.max(fitting, scaleLeast), scaleMost) * this.zoom
  }

  /** The middle of the uncovered area, in CSS pixels. */
  get middle(): { x: number; y: number } {
    return { x: (this.#left + this.width) / 2, y: (this.height - this.#bottom) / 2 }
  }

  /** The area shown on the screen, in metres. */
  get box(): { x0: number; y0: number; x1: number; y1: number } {
    const { scale, middle } = this
    return {
      x0: this.x - middle.x / scale,
      y0: this.y - middle.y / scale,
      x1: this.x + (this.width - middle.x) / scale,
      y1: this.y + (this.height - middle.y) / scale,
    }
  }

  resize(width: number, height: number): void {
    this.width = width
    this.height = height
  }

  zoomBy(factor: number): void {
    this.#wantedZoom = Math.min(Math.max(this.#wantedZoom * factor, zoomLeast), zoomMost)
  }

  /** @param seconds since the last call */
  follow(target: { x: number; y: number }, seconds: number): void {
    const soon = 1 - Math.exp(-seconds * 10)
    this.zoom += (this.#wantedZoom - this.zoom) * soon
    this.#left += (this.covered.left - this.#left) * soon
    this.#bottom += (this.covered.bottom - this.#bottom) * soon
    const distance = Math.hypot(target.x - this.x, target.y - this.y)
    // Far away means that we were put somewhere else: be there at once.
    const share = this.#isPlaced && distance < 30 ? 1 - Math.exp(-seconds * 7) : 1
    this.#isPlaced = true
    const [halfWidth, halfHeight] = [this.width - this.#left, this.height - this.#bottom].map(
      (pixels) => pixels / this.scale / 2,
    )
    this.x = inside(this.x + (target.x - this.x) * share, halfWidth, this.#map.width)
    this.y = inside(this.y + (target.y - this.y) * share, halfHeight, this.#map.height)
  }

  /** Returns a spot's place on the screen, in CSS pixels from its top left corner. */
  toScreen(spot: { x: number; y: number }): { x: number; y: number } {
    const { middle, scale } = this
    return { x: (spot.x - this.x) * scale + middle.x, y: (spot.y - this.y) * scale + middle.y }
  }
}

function inside(value: number, half: number, size: number): number {
  return size < 2 * half ? size / 2 : Math.min(Math.max(value, half), size - half)
}
