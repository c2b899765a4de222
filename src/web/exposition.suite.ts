/** A strict reader of the text format that Prometheus scrapes, version 0.0.4: what tests hold `/metrics` against. */
export interface ReadMetric {
  readonly name: string
  readonly help: string
  readonly type: string
  readonly samples: { readonly labels: Readonly<Record<string, string>>; readonly value: number }[]
}

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*'
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(,?)/gy

/** @throws an Error with the number of the line that is no text format */
export function readExposition(text: string): ReadMetric[] {
  const metrics: ReadMetric[] = []
  const seen = new Set<string>()
  const fail = (line: number, why: string): never => {
    throw new Error(`line ${line + 1}: ${why}`)
  }
  if (text !== '' && !text.endsWith('\n')) fail(text.split('\n').length - 1, 'the last has no line feed')
  const lines = text.split('\n').slice(0, -1)
  for (let at = 0; at < lines.length; at++) {
    const help = new RegExp(`^# HELP (${NAME}) (.*)$`).exec(lines[at])
    if (help) {
      const type = new RegExp(`^# TYPE (${NAME}) (counter|gauge)$`).exec(lines[++at] ?? '')
      if (type?.[1] !== help[1]) fail(at, 'no TYPE of the same metric')
      if (metrics.some(({ name }) => name === help[1])) fail(at, 'told twice')
      metrics.push({
        name: help[1],
        help: unescaped(help[2]),
        type: (type as RegExpExecArray)[2],
        samples: [],
      })
      continue
    }
    const sample = new RegExp(`^(${NAME})(?:\\{(.*)\\})? (\\S+)$`).exec(lines[at])
    const metric = metrics.at(-1)
    if (!sample || metric?.name !== sample[1]) fail(at, 'no sample of the metric above')
    const [, name, inside, number] = sample as RegExpExecArray
    const labels = inside === undefined ? {} : (labelsOf(inside) ?? fail(at, 'broken labels'))
    const value = numberIn(number) ?? fail(at, 'no number')
    const key = `${name} ${JSON.stringify(labels)}`
    if (seen.has(key)) fail(at, 'a reading twice')
    seen.add(key)
    ;(metric as ReadMetric).samples.push({ labels, value })
  }
  return metrics
}

function labelsOf(inside: string): Record<string, string> | undefined {
  const labels: Record<string, string> = {}
  LABEL.lastIndex = 0
  let end = 0
  for (let found = LABEL.exec(inside); found; found = LABEL.exec(inside)) {
    labels[found[1]] = unescaped(found[2])
    end = LABEL.lastIndex
    if (found[3] === '') break
  }
  return end === inside.length && inside !== '' ? labels : undefined
}

function numberIn(text: string): number | undefined {
  if (text === 'NaN') return Number.NaN
  if (text === '+Inf' || text === '-Inf') return text === '+Inf' ? Infinity : -Infinity
  return /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text) ? Number(text) : undefined
}

function unescaped(text: string): string {
  return text.replace(/\\(["\\n])/g, (_, sign) => (sign === 'n' ? '\n' : sign))
}
