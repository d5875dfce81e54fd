import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto'

/** SCRAM-SHA-256 as RFC 5802 and RFC 7677 have it, the server's side, without channel binding. */
export const ITERATIONS = 15_000

const hmac = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()
const sha256 = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest()

/** What the server keeps of a password. */
export interface Credentials {
  readonly user: string
  readonly salt: Buffer
  readonly storedKey: Buffer
  readonly serverKey: Buffer
}

/** Makes what the server keeps. `password` must be ASCII: it is not prepared as RFC 4013 asks for other texts. */
export const credentialsOf = (user: string, password: string, salt: Buffer = randomBytes(28)): Credentials => {
  const salted = pbkdf2Sync(password, salt, ITERATIONS, 32, 'sha256')
  return { user, salt, storedKey: sha256(hmac(salted, 'Client Key')), serverKey: hmac(salted, 'Server Key') }
}

/** Someone who asks for another user sees a salt as lasting as a real one, and fails at the end like a wrong password. */
const STRANGER = randomBytes(32)

const attribute = (part: string | undefined, name: string): string | undefined =>
  part?.startsWith(`${name}=`) ? part.slice(2) : undefined

/** A conversation that has begun: the server's first message was sent. */
export interface Conversation {
  readonly first: string
  /** the server's last message, undefined if the proof is wrong */
  readonly finish: (clientFinal: string) => string | undefined
}

/** Answers a client's first message; undefined if it is none. `serverNonce` is printable, without commas. */
export const beginConversation = (
  credentials: Credentials,
  clientFirst: string,
  serverNonce: string = randomBytes(24).toString('base64'),
): Conversation | undefined => {
  const [binding, identity, ...bare] = clientFirst.split(',')
  const name = attribute(bare[0], 'n')
  const clientNonce = attribute(bare[1], 'r')
  if (binding !== 'n' || identity !== '' || !name || !clientNonce || bare.length !== 2) return undefined
  const user = name.replaceAll('=2C', ',').replaceAll('=3D', '=')
  const known = user === credentials.user
  const salt = known ? credentials.salt : hmac(STRANGER, user).subarray(0, credentials.salt.length)
  const nonce = clientNonce + serverNonce
  const first = `r=${nonce},s=${salt.toString('base64')},i=${ITERATIONS}`
  const finish = (clientFinal: string): string | undefined => {
    const at = clientFinal.lastIndexOf(',p=')
    const withoutProof = clientFinal.slice(0, Math.max(at, 0))
    const proofText = clientFinal.slice(at + 3)
    const proof = Buffer.from(proofText, 'base64')
    const text = `${bare.join(',')},${first},${withoutProof}`
    const signature = hmac(credentials.storedKey, text)
    if (proof.toString('base64') !== proofText) return undefined
    if (at < 0 || withoutProof !== `c=biws,r=${nonce}` || proof.length !== signature.length) return undefined
    const clientKey = Buffer.from(signature.map((byte, i) => byte ^ (proof[i] as number)))
    const right = timingSafeEqual(sha256(clientKey), credentials.storedKey)
    return right && known ? `v=${hmac(credentials.serverKey, text).toString('base64')}` : undefined
  }
  return { first, finish }
}
