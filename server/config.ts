import { z } from 'zod'
import { parseRedisUrl } from './data/redisUrl.ts'

const redisUrl = z.string().superRefine((url, context) => {
  try {
    parseRedisUrl(url)
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message })
  }
})

/** Every key the processes read from the environment, with its unit and default. Nothing else reads `process.env`. */
export const configSchema = z.object({
  /** TCP port of the web server. */
  PORT: z.coerce.number().int().min(0).max(65_535).default(4600),
  /** Address that the web server binds; anything but loopback opens Pitboard to the network. */
  HOST: z.string().min(1).default('127.0.0.1'),
  /** Folder of the embedded stores, uploads and generated secrets. */
  DATA_DIR: z.string().min(1).default('.data'),
  /** Document database: any `mongodb://` url; `bin/start.mjs` sets it when it starts docstore. */
  MONGODB_URL: z.string().regex(/^mongodb(\+srv)?:\/\//, 'MONGODB_URL must begin with mongodb:// or mongodb+srv://'),
  /**
   * Redis 6.2 or newer, or Valkey; `bin/start.mjs` sets it when it starts a private one. One of
   * - `redis://[user:password@]host[:port][/db]`: one node; port 6379 and database 0 unless named;
   * - `redis://[user:password@]host[:port],redis://host[:port],…`: a cluster, found through any of these nodes; the first user
   *   and password hold for all; an address that stands for the whole cluster is written twice;
   * - `redis+sentinel://[user:password@]host[:port][,host[:port]…]/master[/db]`: what sentinels call `master`, found through any
   *   of these sentinels; port 26379 and database 0 unless named; `?sentinelUsername=…&sentinelPassword=…` (default: none)
   *   where sentinels ask for a password of their own;
   * - an absolute path: a unix socket.
   * `rediss` in the place of `redis` is TLS, to the sentinels too; certificates are checked (NODE_EXTRA_CA_CERTS names a file
   * of own authorities). Users and passwords are percent-encoded.
   */
  REDIS_URL: redisUrl,
  /** Address that people use, for links and the origin check; default: http://HOST:PORT. */
  PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  /** Hops of trusted reverse proxies in front of the server; 0 ignores X-Forwarded-For. */
  TRUST_PROXY: z.coerce.number().int().min(0).max(8).default(0),
  /** Least severe line that is logged. */
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).default('info'),
})

/** The parsed configuration of a process. */
export type Config = z.infer<typeof configSchema>

/** Parses the environment; throws one sentence that names each key that is missing or wrong. */
export function readConfig(env: Record<string, string | undefined>): Config {
  const known = Object.keys(configSchema.shape)
  const given = Object.fromEntries(known.flatMap((key) => (env[key] ? [[key, env[key]]] : [])))
  const parsed = configSchema.safeParse(given)
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
  throw new Error(`The configuration is not complete. ${problems.join('; ')}`)
}

/** The host that pages come from when a proxy stands in front, or `null`. */
export function publicHost({ PUBLIC_URL }: Pick<Config, 'PUBLIC_URL'>): string | null {
  return PUBLIC_URL === undefined ? null : new URL(PUBLIC_URL).host
}
