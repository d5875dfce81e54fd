import { expect, test } from 'vitest'
import { readConfig } from '#server/config.ts'
import { parseRedisUrl } from '#server/data/redisUrl.ts'

const none = { login: {}, tls: false }

test.each(['/run/redis/redis.sock', 'redis://cache', 'redis://:p%40ss@cache:6380/2', 'rediss://user:word@cache'])(
  '%s is one node',
  (url) => expect(parseRedisUrl(url)).toEqual({ is: 'node', url }),
)

test('several urls are one cluster, which is signed in to with the first password', () => {
  expect(parseRedisUrl('redis://a,redis://b:7001/,redis://[::1]:7002/0')).toEqual({
    is: 'cluster',
    nodes: [
      { host: 'a', port: 6379 },
      { host: 'b', port: 7001 },
      { host: '::1', port: 7002 },
    ],
    ...none,
  })
  expect(parseRedisUrl('rediss://pit:a%2Cb%40@a,rediss://a')).toEqual({
    is: 'cluster',
    nodes: [
      { host: 'a', port: 6379 },
      { host: 'a', port: 6379 },
    ],
    login: { username: 'pit', password: 'a,b@' },
    tls: true,
  })
})

test('sentinels are asked where the master is, with a password of their own where they have one', () => {
  expect(parseRedisUrl('redis+sentinel://s1,s2:5000,[::1]/pitboard')).toEqual({
    is: 'sentinel',
    sentinels: [
      { host: 's1', port: 26_379 },
      { host: 's2', port: 5000 },
      { host: '::1', port: 26_379 },
    ],
    master: 'pitboard',
    db: 0,
    sentinelLogin: {},
    ...none,
  })
  const url = 'rediss+sentinel://pit:p%3Aw%2F@s1/my%20master/3?sentinelUsername=watch&sentinelPassword=a%26b'
  expect(parseRedisUrl(url)).toMatchObject({
    master: 'my master',
    db: 3,
    login: { username: 'pit', password: 'p:w/' },
    sentinelLogin: { username: 'watch', password: 'a&b' },
    tls: true,
  })
})

test.each([
  ['http://secret@cache', 'must be redis://'],
  ['cache:6379', 'must be redis://'],
  ['redis://', 'must be redis://'],
  ['redis://cache/words', 'must be redis://'],
  ['redis://a,http://b', 'must be redis://'],
  ['redis+sentinel://secret@s1', 'must be redis://'],
  ['redis+sentinel://s1,/pitboard', 'must be redis://'],
  ['redis://a,rediss://b', 'mixes redis:// and rediss://'],
  ['redis://a,redis://b/1', 'names a database'],
])('%s is refused with a sentence that tells no secret', (REDIS_URL, words) => {
  const read = () => readConfig({ MONGODB_URL: 'mongodb://db/pitboard', REDIS_URL })
  expect(read).toThrow(`REDIS_URL: ${words}`)
  expect(read).not.toThrow('secret')
})
