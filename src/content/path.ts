/** The longest path of a file, in bytes of UTF-8. */
export const PATH_BYTES_MAX = 240
/** The longest name of a file or folder within a path, in bytes of UTF-8. */
const NAME_BYTES_MAX = 120
/** The most names in a path, folders and file together. */
const DEPTH_MAX = 16

const encoder = new TextEncoder()

/** Names that stand for devices on Windows, with any extension. */
const DEVICES = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?$/i

/**
 * Checks a file's path in a manifest [U2]. A good one is one file below a folder on every platform: names with `/`
 * between them, as `map/town/3-4.json`.
 *
 * @returns what is wrong, to follow "The path ..."; undefined for a good one
 */
export function pathProblem(path: string): string | undefined {
  if (path.length > PATH_BYTES_MAX) return `is longer than ${PATH_BYTES_MAX} bytes`
  if (!path.isWellFormed()) return 'is no Unicode text'
  if (encoder.encode(path).length > PATH_BYTES_MAX) return `is longer than ${PATH_BYTES_MAX} bytes`
  if (path !== path.normalize('NFC')) return 'is not in normal form (NFC)'
  if (/[\p{C}\p{Zl}\p{Zp}]/u.test(path)) return 'has an invisible character'
  if (/[\\:*?"<>|]/.test(path)) return 'has one of \\ : * ? " < > |'
  const names = path.split('/')
  if (names.length > DEPTH_MAX) return `has more than ${DEPTH_MAX} names`
  for (const name of names) {
    if (name === '') return 'has an empty name'
    if (name.startsWith('.')) return 'has a name that begins with a dot'
    if (/^[\s]|[\s.]$/u.test(name)) return 'has a name with a space at an end or a dot at its end'
    if (DEVICES.test(name)) return 'has a name that is a device on some systems'
    if (encoder.encode(name).length > NAME_BYTES_MAX) return `has a name longer than ${NAME_BYTES_MAX} bytes`
  }
  return undefined
}

/** Folds case and compatibility forms away: the same text for two paths that are one file on some system. */
export function pathKey(path: string): string {
  return path.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC')
}

/**
 * Looks for two paths that are one file on some system, or for a file that would have to be a folder.
 *
 * @returns the sentence about the first such pair; undefined when all can lie side by side
 */
export function pathClash(paths: readonly string[]): string | undefined {
  const files = new Map<string, string>()
  for (const path of paths) {
    const key = pathKey(path)
    const other = files.get(key)
    if (other !== undefined)
      return `The paths ${JSON.stringify(other)} and ${JSON.stringify(path)} are one file on some systems.`
    files.set(key, path)
  }
  // Folders that differ in case are one folder on some systems; their files were told apart above.
  for (const [key, path] of files)
    for (let end = key.indexOf('/'); end !== -1; end = key.indexOf('/', end + 1)) {
      const file = files.get(key.slice(0, end))
      if (file !== undefined)
        return `The path ${JSON.stringify(file)} is a file, and ${JSON.stringify(path)} needs it to be a folder.`
    }
  return undefined
}
