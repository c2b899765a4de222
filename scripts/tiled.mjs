/**
 * The rasterizer of the Tiled editor, which maps are held against.
 *
 * @type {import('./programs.mjs').Program}
 */
export const tiled = {
  name: "Tiled's rasterizer",
  variable: 'TMXRASTERIZER',
  debian: 'tiled',
  names: ['tmxrasterizer'],
  places: ['/Applications/Tiled.app/Contents/MacOS/tmxrasterizer'],
  without: 'until then maps are not held against what it draws',
}
