import { z } from 'zod'

/** Where Redis is: one node (`redis://`, `rediss://`), a unix socket (an absolute path) or a cluster (several urls, comma between). */
const redisUrl = z
  .string()
  .refine(
    (url) => url.startsWith('/') || url.split(',').every((part) => /^rediss?:\/\//.test(part)),
    'REDIS_URL must be redis://…, rediss://…, an absolute path of a socket, or several of the first two with commas between',
  )

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
  /** Redis; `bin/start.mjs` sets it when it starts a private one. */
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
