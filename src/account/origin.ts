/**
 * Whether a page may ask [A51]: one of the server's own origin, or of one that was allowed. What is no browser says no origin.
 *
 * @param host  the Host header: what the asker takes the server to be
 * @returns     the sentence that refuses; undefined where it may
 */
export function originRefusal(
  origin: string | undefined,
  host: string | undefined,
  allowed: readonly string[],
): string | undefined {
  if (origin === undefined || allowed.includes(origin)) return undefined
  if (host !== undefined && (origin === `http://${host}` || origin === `https://${host}`)) return undefined
  return `Origin not allowed: pages of ${origin.slice(0, 200)} may not ask for accounts here, unless the operator allows them (--origins).`
}
