import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { caller, until } from '#test/support/caller.ts'
import { writeCertificate } from '#test/support/certificate.ts'
import { type House, openHouse } from '#test/support/house.ts'
import { type Running, startProcess } from '#test/support/processes.ts'
import { type RedisNode, redisPassword, startRedisNode } from '#test/support/redisNode.ts'
import { call, deal } from '#test/support/sent.ts'
import { freePort } from '../../bin/lib/port.mjs'

/** What the operator's page says that a user of Redis needs. */
const rights = /`(~pb:.*?)`/.exec(readFileSync('docs/production.md', 'utf8'))?.[1]?.split(' ') ?? []
let folder: string
let redis: RedisNode
let house: House
let address: string
let authorities: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tls-'))
  const { cert, key } = writeCertificate(folder)
  authorities = cert
  const port = await freePort()
  const files = ['--tls-cert-file', cert, '--tls-key-file', key, '--tls-ca-cert-file', cert]
  redis = await startRedisNode('--tls-port', `${port}`, '--tls-auth-clients', 'no', ...files)
  await redis.ask('ACL', 'SETUSER', 'pitboard', 'on', `>${redisPassword}`, ...rights)
  address = `localhost:${port}`
  house = await openHouse({
    REDIS_URL: `redis://pitboard:${encodeURIComponent(redisPassword)}@127.0.0.1:${redis.port}`,
  })
})
afterAll(async () => {
  await house.close()
  await redis.stop()
  rmSync(folder, { recursive: true, force: true })
})

function start(file: string, secret: string, more: Record<string, string> = {}): Promise<Running> {
  const { MONGODB_URL } = house.config
  return startProcess(file, { MONGODB_URL, REDIS_URL: `rediss://${secret}@${address}/0`, PORT: '0', ...more })
}

test('server and workers work over TLS as a user of Redis who may do no more than they need', async () => {
  const more = { NODE_EXTRA_CA_CERTS: authorities }
  const secret = `pitboard:${encodeURIComponent(redisPassword)}`
  const [server, workers] = await Promise.all([
    start('server/main.ts', secret, more),
    start('workers/main.ts', secret, more),
  ])
  const url = String(server.facts.url)
  const source = caller(url, { authorization: `Bearer ${house.key}` })
  expect((await source.post('/activities', [call('ana'), deal('bo')])).status).toBe(202)
  const rows = async () =>
    (await caller(url, { cookie: house.cookie('wall') }).get('/boards/points-today/view')).body.rows
  await until(async () => (await rows()).length === 2, 15_000)
  expect(await rows()).toMatchObject([
    { name: 'Bo', value: 10 },
    { name: 'Ana', value: 1 },
  ])
  expect(await house.web.queues.workers()).toBe(1)
  await Promise.all([server.stop(), workers.stop()])
})

test('a certificate that nobody vouches for and a wrong password are refused with a sentence that says so', async () => {
  const secret = `:${encodeURIComponent(redisPassword)}`
  await expect(start('server/main.ts', secret)).rejects.toThrow('Redis cannot be reached: self-signed certificate')
  const more = { NODE_EXTRA_CA_CERTS: authorities }
  await expect(start('server/main.ts', ':guess', more)).rejects.toThrow('Redis cannot be reached: WRONGPASS')
})
