/** A server that is connected to: a node of a cluster, or a sentinel. */
export interface Address {
  host: string
  port: number
}

/** How to sign in; without a username it is Redis' own `default`. */
export interface Login {
  username?: string
  password?: string
}

/** Where Redis is, as `REDIS_URL` says. */
export type RedisPlace =
  /** One node; ioredis reads the url, or the path of the socket, by itself. */
  | { is: 'node'; url: string }
  | { is: 'cluster'; nodes: Address[]; login: Login; tls: boolean }
  /** `master` is what the sentinels call it; `tls` holds for Redis and the sentinels. */
  | {
      is: 'sentinel'
      sentinels: Address[]
      master: string
      db: number
      login: Login
      sentinelLogin: Login
      tls: boolean
    }

const forms =
  'must be redis://[user:password@]host[:port][/db], several of these with commas between for a cluster, ' +
  'redis+sentinel://[user:password@]host[:port][,host[:port]…]/master[/db] (each with rediss for TLS), or an absolute path'
const sentinelForm = /^redis(s?)\+sentinel:\/\/(?:([^@/]*)@)?([^@/?]+)\/([^/?]+)(?:\/(\d+))?\/?(?:\?(.*))?$/

/** Takes a `REDIS_URL` apart; throws the end of a sentence that begins with the key, and holds nothing secret. */
export function parseRedisUrl(text: string): RedisPlace {
  if (text.startsWith('/')) return { is: 'node', url: text }
  const sentinel = sentinelForm.exec(text)
  if (sentinel) return sentinelPlace(sentinel)
  const nodes = text.split(/,(?=\w+:\/\/)/).map(parseNode)
  const [first] = nodes
  if (!first || nodes.length === 1) return { is: 'node', url: text }
  if (nodes.some(({ tls }) => tls !== first.tls)) throw new Error('mixes redis:// and rediss:// in one cluster')
  if (nodes.some(({ db }) => db !== 0)) throw new Error('names a database, but a cluster has only number 0')
  return {
    is: 'cluster',
    nodes: nodes.map(({ address }) => address),
    login: nodes.find(({ login }) => login.password !== undefined)?.login ?? {},
    tls: first.tls,
  }
}

function parseNode(text: string): { address: Address; login: Login; tls: boolean; db: number } {
  const url = URL.parse(text)
  const db = /^\/?(\d*)$/.exec(url?.pathname ?? '')?.[1]
  if (!url || !/^rediss?:$/.test(url.protocol) || !url.hostname || db === undefined) throw new Error(forms)
  return {
    address: addressOf(url, 6379),
    login: loginOf(url.username, url.password),
    tls: url.protocol === 'rediss:',
    db: Number(db),
  }
}

function sentinelPlace([, s, userinfo = '', hosts = '', master = '', db = '0', query]: RegExpExecArray): RedisPlace {
  const [username = '', ...password] = userinfo.split(':')
  const more = new URLSearchParams(query)
  return {
    is: 'sentinel',
    sentinels: hosts.split(',').map((host) => {
      const url = URL.parse(`redis://${host}`)
      if (!url?.hostname) throw new Error(forms)
      return addressOf(url, 26_379)
    }),
    master: decodeURIComponent(master),
    db: Number(db),
    login: loginOf(username, password.join(':')),
    sentinelLogin: loginOf(more.get('sentinelUsername') ?? '', more.get('sentinelPassword') ?? ''),
    tls: s === 's',
  }
}

function addressOf({ hostname, port }: URL, otherwise: number): Address {
  return { host: hostname.replace(/^\[(.*)\]$/, '$1'), port: Number(port || otherwise) }
}

function loginOf(username: string, password: string): Login {
  return {
    ...(username && { username: decodeURIComponent(username) }),
    ...(password && { password: decodeURIComponent(password) }),
  }
}
