/**
 * The broker that the bus between processes is tried on.
 *
 * @type {import('./programs.mjs').Program}
 */
export const nats = {
  name: 'nats-server',
  variable: 'NATS_SERVER',
  debian: 'nats-server',
  names: ['nats-server'],
  places: ['/usr/sbin/nats-server'],
  without: 'until then what goes over NATS is left out of the tests',
}
