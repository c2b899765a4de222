/** The part of pg this room uses; the package ships no types. */
declare module 'pg' {
  interface QueryConfig {
    readonly text: string
    readonly values?: readonly unknown[]
    /** The name under which each connection prepares it once. */
    readonly name?: string
  }
  interface QueryResult {
    readonly rows: Record<string, never>[]
    /** The first word of what the server answered: "SELECT", "COMMIT". */
    readonly command: string
  }
  interface PoolClient {
    query(query: QueryConfig): Promise<QueryResult>
    /** @param isBroken  whether to throw the connection away rather than use it again */
    release(isBroken?: boolean): void
    on(event: 'error', listener: (error: Error) => void): void
  }
  class Pool {
    constructor(options: {
      connectionString: string
      max: number
      connectionTimeoutMillis: number
      application_name: string
      keepAlive: boolean
      keepAliveInitialDelayMillis: number
      allowExitOnIdle: boolean
      pipeline: boolean
      types: { getTypeParser(oid: number): (text: string) => unknown }
    })
    query(query: QueryConfig): Promise<QueryResult>
    connect(): Promise<PoolClient>
    on(event: 'error', listener: (error: Error) => void): void
    on(event: 'connect', listener: (client: PoolClient) => void): void
    end(): Promise<void>
  }
  const pg: { readonly Pool: typeof Pool }

  export type { PoolClient, QueryConfig }
  export default pg
}
