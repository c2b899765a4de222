import { crc32, deflateSync } from 'node:zlib'

/** A picture in the making: pixels row by row from the top, red, green, blue and opacity. */
export class Bitmap {
  readonly width: number
  readonly height: number
  readonly bytes: Uint8Array

  constructor(width: number, height: number) {
    this.width = width
    this.height = height
    this.bytes = new Uint8Array(width * height * 4)
  }

  paint(x: number, y: number, [red, green, blue]: readonly [number, number, number]): void {
    this.bytes.set([red, green, blue, 255], (y * this.width + x) * 4)
  }
}

/** Source: PNG, third edition, W3C. */
export function png({ width, height, bytes }: Bitmap): Uint8Array {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  // 8 bits each of red, green, blue and opacity.
  header.set([8, 6, 0, 0, 0], 8)
  const rows = Buffer.alloc((width * 4 + 1) * height)
  for (let y = 0; y < height; y++)
    rows.set(bytes.subarray(y * width * 4, (y + 1) * width * 4), y * (width * 4 + 1) + 1)
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(name: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(name, 'latin1'), data])
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  sum.writeUInt32BE(crc32(named))
  return Buffer.concat([length, named, sum])
}

/** What a PPM file (P6) shows. */
export interface Shown {
  readonly width: number
  readonly height: number
  /** Three bytes a pixel. */
  readonly bytes: Uint8Array
}

export function readPpm(file: Buffer): Shown {
  const head = /^P6\s+(\d+)\s+(\d+)\s+255\s/.exec(file.subarray(0, 64).toString('latin1'))
  if (!head) throw new Error('The rasterizer wrote no PPM.')
  return { width: Number(head[1]), height: Number(head[2]), bytes: file.subarray(head[0].length) }
}
