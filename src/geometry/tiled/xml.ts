/** Reads the XML that Tiled writes: elements, attributes and texts. Comments and declarations are ignored. */
import { fail } from './reading.ts'

export interface Element {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: Element[]
  /** The text directly in it, its parts joined. */
  text: string
}

const DEPTH_MAX = 32
const ELEMENTS_MAX = 1 << 20
const TOKEN =
  /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!\[CDATA\[([\s\S]*?)\]\]>|<!DOCTYPE\s[^<>[\]]*>|<!|<\/([\w.:-]+)\s*>|<([\w.:-]+)|</g
const ATTRIBUTE = /\s*([\w.:-]+)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/y
const END = /\s*(\/?)>/y

/**
 * @throws OutsideError for a text that is not well-formed; document types that declare something, such as entities,
 *   are refused
 */
export function parseXml(text: string, where: string): Element {
  const open: Element[] = [{ name: '', attributes: {}, children: [], text: '' }]
  let count = 0
  let told = 0
  TOKEN.lastIndex = 0
  for (let found = TOKEN.exec(text); found; found = TOKEN.exec(text)) {
    const [token, verbatim, closing, opening] = found
    const within = open[open.length - 1]
    if (found.index > told) within.text += plain(text.slice(told, found.index))
    if (verbatim !== undefined) within.text += verbatim
    if (opening !== undefined) {
      const { attributes, isEmpty, end } = readHead(text, TOKEN.lastIndex, where)
      const element: Element = { name: opening, attributes, children: [], text: '' }
      within.children.push(element)
      if (++count > ELEMENTS_MAX) fail(where, `has more than ${ELEMENTS_MAX} elements`)
      if (!isEmpty && open.push(element) > DEPTH_MAX) fail(where, `is more than ${DEPTH_MAX} elements deep`)
      TOKEN.lastIndex = end
    } else if (closing !== undefined) {
      if (open.length === 1 || open.pop()?.name !== closing)
        fail(where, `closes <${closing}>, which is not open`)
    } else if (token === '<!' || token === '<') fail(where, `is no XML at character ${found.index}`)
    told = TOKEN.lastIndex
  }
  if (open.length > 1) fail(where, `does not close <${open[open.length - 1].name}>`)
  const [root, another] = open[0].children
  if (!root || another) fail(where, 'is not one XML element')
  return root
}

function readHead(text: string, from: number, where: string) {
  const attributes: Record<string, string> = Object.create(null)
  let end = from
  for (;;) {
    ATTRIBUTE.lastIndex = end
    const found = ATTRIBUTE.exec(text)
    if (!found) break
    attributes[found[1]] = plain(found[2] ?? found[3])
    end = ATTRIBUTE.lastIndex
  }
  END.lastIndex = end
  const found = END.exec(text) ?? fail(where, `is no XML at character ${end}`)
  return { attributes, isEmpty: found[1] === '/', end: END.lastIndex }
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

function plain(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([\da-fA-F]{1,6})|(\w{1,5}));/g, (whole, decimal, hex, name) => {
    if (name !== undefined) return ENTITIES[name] ?? whole
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal)
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole
  })
}
