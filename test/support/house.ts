import { setTimeout as sleep } from 'node:timers/promises'
import { auditOrganization } from '#server/audit/audit.ts'
import type { Difference } from '#server/audit/difference.ts'
import { type Config, readConfig } from '#server/config.ts'
import { pendingActivities } from '#server/data/activities.ts'
import { toStored } from '#server/data/definitions.ts'
import { createOrganization } from '#server/data/newOrganization.ts'
import { createLog } from '#server/log.ts'
import { openWeb, type Web } from '#server/web.ts'
import type { IngestResult } from '#shared/contract/activities.ts'
import type { Role } from '#shared/contract/session.ts'
import { rederive } from '../../workers/rederive.ts'
import { scorePass } from '../../workers/scorePass.ts'
import { type Caller, caller } from './caller.ts'
import { startDocstore } from './docstore.ts'
import { smallFloor } from './floor.ts'
import { startRedis } from './redis.ts'
import type { Sent } from './sent.ts'
import { addSource, addUser } from './tenant.ts'

/** Who can be signed in: one user of each role; `mia` manages the north, `ana` is the rep, and `boss` the admin. */
export type Who = 'boss' | 'mia' | 'ana' | 'wall'

/** An organization with a small floor (see floor.ts), a source and its key, and a user of each role. */
export interface Tenant {
  org: string
  prefix: string
  /** Id of the source `crm`. */
  sourceId: string
  key: string
  as(who: Who): Caller
  /** Cookie header of a user. */
  cookie(who: Who): string
  userId(who: Who): string
}

/** A whole Pitboard in one process, on stores of its own. Close it at the end. */
export interface House extends Tenant {
  url: string
  web: Web
  config: Config
  /** Nobody: no cookie, no key. */
  anonymous: Caller
  /** Another organization on the same stores, with ids that begin with `other-`. */
  other: Tenant
  docstorePid: number
  /** A further server process's worth on the same stores. */
  openSecond(): Promise<Web>
  /** Sends activities as the source, and takes them down the line. */
  send(...activities: Sent[]): Promise<IngestResult>
  /** Takes all stored activities down the line, as workers would. */
  settle(): Promise<void>
  /** What `npm run verify` finds wrong. */
  differences(): Promise<Difference[]>
  /** Does what a rederive job would. */
  rederive(): Promise<void>
  close(): Promise<void>
}

const roles: Record<Who, Role> = { boss: 'admin', mia: 'manager', ana: 'rep', wall: 'viewer' }

/**
 * Opens a house: real Redis and real docstore, its own (started with `docstoreArgs`) unless the settings name others, the server
 * on a port of its own.
 * No workers run: see `settle`.
 */
export async function openHouse(
  settings: Record<string, string> = {},
  docstoreArgs: readonly string[] = [],
): Promise<House> {
  const [redis, docstore] = await Promise.all([
    settings.REDIS_URL ? null : startRedis(),
    settings.MONGODB_URL ? null : startDocstore({ args: docstoreArgs }),
  ])
  const config = readConfig({
    PORT: '0',
    HOST: '127.0.0.1',
    ...(docstore && { MONGODB_URL: docstore.uri('pitboard') }),
    ...(redis && { REDIS_URL: redis.url }),
    LOG_LEVEL: process.env.LOG_LEVEL ?? 'fatal',
    ...settings,
  })
  const opened: Web[] = []
  const open = async () => {
    const web = await openWeb(config, createLog('test', config.LOG_LEVEL))
    opened.push(web)
    return web
  }
  const web = await open()
  const url = `http://127.0.0.1:${web.port}`
  const [tenant, other] = await Promise.all([
    openTenant(web, url, 'floor', ''),
    openTenant(web, url, 'other', 'other-'),
  ])
  const { stores } = web
  const submit = (org: string, keys: string[]) => scorePass(stores, org, keys)
  const settle = async () => {
    for (let round = 0; round < 200; round++) {
      const pending = await pendingActivities(stores.mongo, new Date(Date.now() + 60_000), 2000)
      if (pending.length === 0) return
      for (const [org, list] of Map.groupBy(pending, (one) => one.org))
        await submit(org, [...new Set(list.map(({ key }) => key))])
    }
    throw new Error('Activities stay pending')
  }
  return {
    ...tenant,
    url,
    web,
    config,
    anonymous: caller(url),
    other,
    docstorePid: docstore?.pid ?? 0,
    openSecond: open,
    async send(...activities) {
      const answer = await caller(url, { authorization: `Bearer ${tenant.key}` }).post('/activities', activities)
      if (answer.status !== 202) throw new Error(`Activities were refused: ${JSON.stringify(answer.body)}`)
      await settle()
      return answer.body as IngestResult
    },
    settle,
    async differences() {
      const found: Difference[] = []
      for (const org of [tenant.org, other.org])
        await auditOrganization(stores, org, { difference: (one) => found.push(one), progress: () => undefined })
      return found
    },
    rederive: () => rederive(stores, tenant.org, { submit, onProgress: async () => undefined, stopped: () => false }),
    async close() {
      await sleep(0)
      for (const one of opened) await one.close()
      await Promise.all([redis?.stop(), docstore?.stop()])
    },
  }
}

async function openTenant({ stores: { mongo } }: Web, url: string, org: string, prefix: string): Promise<Tenant> {
  const floor = smallFloor(org, prefix)
  await createOrganization(mongo, floor)
  await mongo.people.insertMany(floor.people.map((person) => toStored(org, person)))
  const sourceId = `${prefix}crm`
  const key = await addSource(mongo, { org, sourceId, name: `${prefix}CRM` })
  const cookies = {} as Record<Who, string>
  const userId = (who: Who) => `${prefix}user-${who}`
  for (const who of Object.keys(roles) as Who[]) {
    const token = await addUser(mongo, {
      _id: userId(who),
      org,
      name: `${prefix}${who}`,
      email: `${who}@${org}.example`,
      role: roles[who],
      personId: who === 'ana' ? `${prefix}ana` : null,
      teamId: who === 'mia' ? `${prefix}north` : null,
    })
    cookies[who] = `pitboard_session=${token}`
  }
  return {
    org,
    prefix,
    sourceId,
    key,
    userId,
    cookie: (who) => cookies[who],
    as: (who) => caller(url, { cookie: cookies[who] }),
  }
}
