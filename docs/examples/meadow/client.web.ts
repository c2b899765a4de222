import { emptyMap } from 'shardless'
import { connect } from 'shardless/client'
import { meadow } from './game.ts'

const map = emptyMap(256, 256)
const client = await connect(meadow, 'ws://127.0.0.1:4000', { name: 'Dolly', map })
const context = document.querySelector('canvas')!.getContext('2d')!
const held = new Set<string>()
addEventListener('keydown', ({ key }) => held.add(key))
addEventListener('keyup', ({ key }) => held.delete(key))
const axis = (less: string, more: string) => Number(held.has(more)) - Number(held.has(less))
requestAnimationFrame(function draw() {
  client.command({ east: axis('ArrowLeft', 'ArrowRight'), north: axis('ArrowDown', 'ArrowUp') })
  client.frame()
  context.clearRect(0, 0, 768, 768)
  for (const { position, name } of client.entities('sheep'))
    context.fillText(name, position.x * 3, 768 - position.y * 3)
  requestAnimationFrame(draw)
})
