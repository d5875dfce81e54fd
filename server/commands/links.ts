import { createLink } from '../data/sessions.ts'
import { runCommand } from './command.ts'

const linkMs = 24 * 3_600_000

/** Makes one-time links, for the first user of each role that has one, or for setting up; prints them as JSON. */
await runCommand(async ({ mongo }, config) => {
  const host = config.HOST.includes(':') ? `[${config.HOST}]` : config.HOST
  const base =
    config.PUBLIC_URL?.replace(/\/$/, '') ?? `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${config.PORT}`
  // An organization without anybody was never made to its end.
  const first = await mongo.users.findOne({}).sort({ createdAt: 1 }).lean()
  if (!first) {
    const token = await createLink(mongo, { org: null, userId: null, ttlMs: linkMs })
    console.log(JSON.stringify({ setup: `${base}/setup#${token}` }))
    return 0
  }
  const links: Record<string, string> = {}
  const wanted = [
    ['wall', 'viewer', '/link?next=/wall'],
    ['manager', 'manager', '/link'],
    ['rep', 'rep', '/link'],
  ] as const
  for (const [name, role, path] of wanted) {
    // Only users without a password come in by a printed link: whoever has one signs in with it.
    const user = await mongo.users.findOne({ org: first.org, role, active: true, passwordHash: null }).lean()
    if (user)
      links[name] = `${base}${path}#${await createLink(mongo, { org: first.org, userId: user._id, ttlMs: linkMs })}`
  }
  console.log(JSON.stringify(links))
  return 0
})
