/** Returns whether only programs of this machine can connect to a host. */
export function isHere(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\./.test(host)
}
