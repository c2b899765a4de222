/** The files in deploy/ agree with each other and with what the command line has: they cannot be run here. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parse, parseAllDocuments } from 'yaml'
import { type CommandName, options, settleOptions } from '../../src/cli/options.ts'

const read = (name: string): string => readFileSync(new URL(`../../deploy/${name}`, import.meta.url), 'utf8')

interface Probe {
  readonly httpGet: { readonly path: string; readonly port: number }
}

interface Container {
  readonly name: string
  readonly image: string
  readonly args: readonly string[]
  readonly env?: readonly {
    readonly name: string
    readonly valueFrom: { readonly secretKeyRef: { readonly name: string } }
  }[]
  readonly ports?: readonly { readonly containerPort: number }[]
  readonly livenessProbe?: Probe
  readonly readinessProbe?: Probe
}

interface Manifest {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string }
  readonly spec: {
    readonly selector: { readonly matchLabels?: Record<string, string>; readonly app?: string }
    readonly ports?: readonly { readonly port: number }[]
    readonly template?: {
      readonly metadata: { readonly labels: Record<string, string> }
      readonly spec: {
        readonly terminationGracePeriodSeconds?: number
        readonly containers: readonly Container[]
      }
    }
  }
}

/** Reads a command as the command line would, and returns its settings. @throws where it would refuse it */
function settingsOf(words: readonly string[]): {
  readonly role: CommandName
  readonly settings: Map<string, string>
} {
  const [role, ...rest] = words as [CommandName, ...string[]]
  const settings = new Map<string, string>()
  for (let at = 0; at < rest.length; at += 2) {
    const option = options.find(
      ({ name }) => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}` === rest[at],
    )
    assert.ok(option, `${role} has an option ${rest[at]}`)
    assert.ok(option.commands.includes(role), `${rest[at]} is an option of ${role}`)
    settings.set(option.name, rest[at + 1])
  }
  const commandLine = Object.fromEntries(
    [...settings].map(([name, value]) => [name, name === 'listen' ? [value] : value]),
  )
  settleOptions(role, { commandLine, environment: {}, file: undefined })
  return { role, settings }
}

const portOf = (url: string | undefined): number => Number(url?.match(/:(\d+)$/)?.[1])
/** How long a process may take to close, in seconds: twice the longest that it gives itself. */
const CLOSE_SECONDS = 10

test('the Kubernetes manifests have the ports, probes and secrets that their commands speak of, and time to drain', () => {
  const manifests = parseAllDocuments(read('kubernetes.yaml')).map((document) => {
    assert.deepEqual(document.errors, [])
    return document.toJS() as Manifest
  })
  const services = manifests.filter(({ kind }) => kind === 'Service')
  const runs = manifests.filter(({ spec: { template } }) => template)
  assert.deepEqual(runs.map(({ metadata }) => metadata.name).sort(), ['gateway', 'nats', 'region'])
  const [secret] = read('kubernetes.yaml').match(/create secret generic \w+ --from-literal=\w+=/) ?? []
  for (const { metadata, spec } of runs) {
    const { template } = spec
    assert.deepEqual(
      spec.selector.matchLabels,
      template?.metadata.labels,
      `${metadata.name} selects its pods`,
    )
    const [container, ...others] = template?.spec.containers ?? []
    assert.deepEqual(others, [])
    if (metadata.name === 'nats') continue
    const { role, settings } = settingsOf(container.args)
    assert.equal(role, metadata.name)
    const health = portOf(settings.get('health'))
    const { livenessProbe, readinessProbe } = container
    assert.deepEqual(
      [livenessProbe?.httpGet, readinessProbe?.httpGet],
      [
        { path: '/live', port: health },
        { path: '/ready', port: health },
      ],
    )
    assert.ok((template?.spec.terminationGracePeriodSeconds ?? 0) > CLOSE_SECONDS, 'it has the time to drain')
    const [store] = container.env ?? []
    assert.equal(store.name, 'SHARDLESS_STORE')
    const { name, key } = store.valueFrom.secretKeyRef as { name: string; key: string }
    assert.equal(secret, `create secret generic ${name} --from-literal=${key}=`)
    const nats = new URL(settings.get('bus') ?? '')
    const service = services.find((one) => one.metadata.name === nats.hostname)
    assert.equal(service?.spec.ports?.[0].port, Number(nats.port))
    if (role === 'gateway') {
      const port = portOf(settings.get('listen'))
      assert.equal(container.ports?.[0].containerPort, port)
      const players = services.find((one) => one.spec.selector.app === 'gateway')
      assert.equal(players?.spec.ports?.[0].port, port)
    }
  }
})

interface Compose {
  readonly services: Record<
    string,
    {
      readonly image: string
      readonly command?: readonly string[]
      readonly secrets?: readonly string[]
      readonly ports?: readonly string[]
      readonly stop_grace_period?: string
    }
  >
  readonly secrets: Record<string, { readonly file: string }>
}

test('the compose file says where the directory is, opens the players’ port alone, and has each secret that it names', () => {
  const { services, secrets } = parse(read('compose.yaml'), { merge: true }) as Compose
  const own = Object.entries(services).filter(([, { command }]) => command)
  assert.deepEqual(own.map(([name]) => name).sort(), ['directory', 'gateway', 'region'])
  const directory = settingsOf(services.directory.command ?? []).settings
  for (const [name, service] of own) {
    const { role, settings } = settingsOf(service.command ?? [])
    assert.equal(role, name)
    assert.ok(settings.has('health'), `${name} can be asked how it is`)
    for (const secret of service.secrets ?? [])
      assert.ok(secrets[secret], `the secret ${secret} of ${name} is described`)
    if (name === 'directory') continue
    assert.equal(
      settings.get('directory'),
      `tcp://${directory.get('advertise')}:${portOf(directory.get('bus'))}`,
    )
    assert.ok(
      Number.parseInt(service.stop_grace_period ?? '0', 10) > CLOSE_SECONDS,
      `${name} has the time to drain`,
    )
    const players = name === 'gateway' ? portOf(settings.get('listen')) : undefined
    assert.deepEqual(service.ports ?? [], players === undefined ? [] : [`${players}:${players}`])
  }
  const script = read('Dockerfile')
  for (const secret of Object.keys(secrets)) assert.ok(script.includes(`/run/secrets/${secret}`), secret)
  for (const [, name] of script.matchAll(/SHARDLESS_(\w+)=/g))
    assert.ok(
      options.some((one) => one.name.toUpperCase() === name.replaceAll('_', '')),
      name,
    )
})
