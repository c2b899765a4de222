/** For seams.test.ts: the ground alone, on a plain canvas, before one colour and before another. */
import { Application } from 'pixi.js'
import { emptyMap } from 'shardless'
import { Ground } from '../../demo/web/ground.ts'
import { GroundPainter } from '../../demo/web/paint/chunk.ts'

const side = 480

/**
 * @param scale  CSS pixels a metre
 * @param at     where the picture begins, metres
 * @returns how many pixels show what lies behind the ground
 */
export async function seen(scale: number, at: number): Promise<number> {
  const app = new Application()
  const size = { width: side, height: side }
  await app.init({ ...size, preference: 'canvas', antialias: false, autoStart: false })
  const ground = new Ground(new GroundPainter(emptyMap(64, 64), 24))
  app.stage.addChild(ground.view)
  ground.view.scale.set(scale)
  ground.view.position.set(-at * scale)
  const end = at + side / scale
  // A few chunks a picture are painted.
  for (let i = 0; i < 40; i++) ground.update({ x0: at, y0: at, x1: end, y1: end })
  const [black, white] = ['#000000', '#ffffff'].map((colour) => {
    app.renderer.background.color = colour
    app.render()
    const context = document.createElement('canvas').getContext('2d')!
    context.canvas.width = context.canvas.height = side
    context.drawImage(app.canvas, 0, 0)
    return context.getImageData(0, 0, side, side).data
  })
  let count = 0
  for (let i = 0; i < black.length; i += 4) if (black[i] !== white[i]) count++
  app.destroy()
  return count
}
