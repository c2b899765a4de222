/** Letters that no decomposition leads to plain ones. */
const PLAIN: Readonly<Record<string, string>> = {
  ...{ ß: 'ss', æ: 'ae', Æ: 'AE', ø: 'o', Ø: 'O', đ: 'd', Đ: 'D', ł: 'l', Ł: 'L', þ: 'th', Þ: 'Th', ð: 'd' },
  ...{ œ: 'oe', Œ: 'OE', ı: 'i', '’': "'", '‘': "'", '“': '"', '”': '"', '–': '-', '—': '-', '…': '...' },
}

/**
 * Returns a text in the letters that these clients draw: printable ASCII. Accents are left away, and what has no plain
 * letter becomes a question mark. Marks that clients take for orders to colour and to place a text lose their meaning.
 */
export function plainText(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^ -~]/gu, (letter) => PLAIN[letter] ?? (/\s/u.test(letter) ? ' ' : '?'))
    .replace(/@(\w{3})@/g, ' $1 ')
    .replaceAll('~', '-')
}

/** Cuts a text into lines of at most `most` letters, between words where there are any. */
export function linesOf(text: string, most: number): string[] {
  const lines: string[] = []
  let rest = text.trim()
  while (rest.length > most) {
    const blank = rest.lastIndexOf(' ', most)
    const end = blank > 0 ? blank : most
    lines.push(rest.slice(0, end).trimEnd())
    rest = rest.slice(end).trimStart()
  }
  if (rest !== '') lines.push(rest)
  return lines
}

const NAME_LENGTH_MAX = 12

/** Returns a name as these clients show it: 1 to 12 plain letters. */
export function plainName(name: string): string {
  const plain = plainText(name).trim()
  return plain.slice(0, NAME_LENGTH_MAX).trimEnd() || '?'
}

/**
 * Packs a name into a number to the base of 37: blank, a to z, 0 to 9. Every other letter becomes a blank.
 *
 * @param name  at most 12 letters count
 */
export function packName(name: string): bigint {
  const letters = plainText(name)
    .toLowerCase()
    .replace(/[^a-z0-9]/g, ' ')
    .trim()
    .slice(0, NAME_LENGTH_MAX)
  let packed = 0n
  for (const letter of letters.trimEnd()) {
    packed *= 37n
    const code = letter.charCodeAt(0)
    if (code >= A) packed += BigInt(code - A + 1)
    else if (code >= ZERO) packed += BigInt(code - ZERO + 27)
  }
  return packed
}

const A = 97
const ZERO = 48
