/** The names that browsers give to WebGL computed by the processor. */
const software = /swiftshader|llvmpipe|softpipe|software|basic render/i
/** The names that WebKit gives to any renderer, a card or the processor, on every system. */
const anything = /^(apple gpu|webkit webgl)?$/i

/**
 * The side of the picture drawn to measure speed, in pixels, how often it is drawn, and the time in which a card
 * does that, in ms.
 */
const side = 1024
const layers = 8
const layersMs = 50

/**
 * Returns whether WebGL runs on a graphics card; emulated by the processor, it is ten times slower than a plain
 * canvas. Checks the renderer's name, and where that says nothing, measures.
 */
export function hasGraphicsCard(): boolean {
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = side
  const context = canvas.getContext('webgl', { failIfMajorPerformanceCaveat: true })
  if (!context) return false
  const names = context.getExtension('WEBGL_debug_renderer_info')
  const name = String(context.getParameter(names ? names.UNMASKED_RENDERER_WEBGL : context.RENDERER))
  const isCard = !software.test(name) && (!anything.test(name) || isFast(context))
  context.getExtension('WEBGL_lose_context')?.loseContext()
  return isCard
}

const vertices = `
  attribute vec2 at;
  varying vec2 shade;
  void main() {
    shade = at;
    gl_Position = vec4(at, 0.0, 1.0);
  }`
const fragments = `
  precision mediump float;
  varying vec2 shade;
  void main() {
    gl_FragColor = vec4(abs(shade), 0.5, 0.1);
  }`

/** Draws a few translucent layers over the whole picture and measures the time. */
function isFast(gl: WebGLRenderingContext): boolean {
  const program = gl.createProgram()
  for (const [kind, source] of [
    [gl.VERTEX_SHADER, vertices],
    [gl.FRAGMENT_SHADER, fragments],
  ] as const) {
    const shader = gl.createShader(kind)
    if (!shader) return false
    gl.shaderSource(shader, source)
    gl.compileShader(shader)
    gl.attachShader(program, shader)
  }
  gl.bindAttribLocation(program, 0, 'at')
  gl.linkProgram(program)
  gl.useProgram(program)
  gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer())
  // One triangle that is larger than the picture.
  gl.bufferData(gl.ARRAY_BUFFER, new Float32Array([-1, -1, 3, -1, -1, 3]), gl.STATIC_DRAW)
  gl.enableVertexAttribArray(0)
  gl.vertexAttribPointer(0, 2, gl.FLOAT, false, 0, 0)
  gl.enable(gl.BLEND)
  gl.blendFunc(gl.SRC_ALPHA, gl.ONE_MINUS_SRC_ALPHA)
  const draw = (count: number): number => {
    const start = performance.now()
    for (let i = 0; i < count; i++) gl.drawArrays(gl.TRIANGLES, 0, 3)
    // To read a pixel waits until all is drawn.
    gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4))
    return performance.now() - start
  }
  draw(1)
  return Math.min(draw(layers), draw(layers)) < layersMs
}
