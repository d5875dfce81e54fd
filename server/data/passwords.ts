import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'

/** OWASP's least for argon2id: 19 MiB, two passes; 33 ms on one core. */
const cost = { memory: 19_456, passes: 2, parallelism: 1 } as const
const form = /^argon2id\$m=(\d{4,7}),t=(\d{1,2}),p=(\d)\$([A-Za-z0-9_-]{22})\$([A-Za-z0-9_-]{43})$/
/** Nobody's password: compared with when there is no such user, so that the answer takes as long. */
const nobody = `argon2id$m=19456,t=2,p=1$${'A'.repeat(22)}$${'A'.repeat(43)}`

/** What is stored of a password: argon2id with its cost and a salt of its own. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  const hash = await derive(password, salt, cost)
  const { memory, passes, parallelism } = cost
  return `argon2id$m=${memory},t=${passes},p=${parallelism}$${salt.toString('base64url')}$${hash.toString('base64url')}`
}

/** Is it the password? `stored: null` (no such user, or none set) takes as long and is never right. */
export async function passwordMatches(password: string, stored: string | null): Promise<boolean> {
  const parts = form.exec(stored ?? nobody)
  if (!parts) throw new Error('A stored password has an unknown form')
  const [, memory, passes, parallelism, salt = '', hash = ''] = parts
  const derived = await derive(password, Buffer.from(salt, 'base64url'), {
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
  })
  return timingSafeEqual(derived, Buffer.from(hash, 'base64url')) && stored !== null
}

/** The same words typed on another keyboard are the same password. */
function derive(
  password: string,
  nonce: Buffer,
  { memory, passes, parallelism }: { memory: number; passes: number; parallelism: number },
): Promise<Buffer> {
  const message = password.normalize('NFKC')
  return new Promise((resolve, reject) => {
    argon2('argon2id', { message, nonce, memory, passes, parallelism, tagLength: 32 }, (error, key) =>
      error ? reject(error) : resolve(key),
    )
  })
}
