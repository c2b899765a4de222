/**
 * Decides whether a page may ask [A51]: it must have the server's own origin, or an allowed one. What is no browser
 * says no origin.
 *
 * @param host  the Host header: the server's name as the asker knows it
 * @returns     the sentence that refuses; undefined if the page may ask
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
