import type { UserDoc } from '../data/identityCollections.ts'
import { addressKey, createTryLimit } from '../data/limits.ts'
import { passwordMatches } from '../data/passwords.ts'
import type { Stores } from '../data/stores.ts'
import { userOfEmail } from '../data/users.ts'
import { Refusal } from '../http/problems.ts'

const windowS = 15 * 60
const triesPerAccount = 10
const triesPerAddress = 60

/**
 * Answers the user whose password it is, or throws 401, or 429 once an account (10 in 15 minutes) or an address (60) has
 * seen too many wrong ones. A try is counted before it is judged, so that many at once are not free.
 */
export function createSignIn({
  mongo,
  redis,
}: Pick<Stores, 'mongo' | 'redis'>): (who: { email: string; password: string; ip: string }) => Promise<UserDoc> {
  const byAccount = createTryLimit(redis, { name: 'account', tries: triesPerAccount, windowS })
  const byAddress = createTryLimit(redis, { name: 'address', tries: triesPerAddress, windowS })
  return async ({ email, password, ip }) => {
    const address = addressKey(ip)
    const waitS = (await byAddress.take(address)) || (await byAccount.take(email))
    if (waitS > 0) throw tooManyTries(waitS)
    const giveBack = () => Promise.all([byAddress.giveBack(address), byAccount.giveBack(email)]).catch(() => undefined)
    const user = await userOfEmail(mongo, email).catch(async (error) => {
      // What could not be judged was no wrong password.
      await giveBack()
      throw error
    })
    const matches = await passwordMatches(password, user?.active ? user.passwordHash : null)
    if (!user || !matches) throw new Refusal(401, 'session.refused', 'The e-mail address or the password is not right')
    await giveBack()
    return user
  }
}

/** Throws unless one of them is the user's password; with none set yet, anything is. A stolen session gets ten tries too. */
export function createOwnPasswordCheck({
  redis,
}: Pick<Stores, 'redis'>): (user: UserDoc, passwords: readonly string[]) => Promise<void> {
  const byUser = createTryLimit(redis, { name: 'password', tries: triesPerAccount, windowS })
  return async (user, passwords) => {
    if (user.passwordHash === null) return
    const waitS = await byUser.take(user._id)
    if (waitS > 0) throw tooManyTries(waitS)
    const matching = await Promise.all(passwords.map((password) => passwordMatches(password, user.passwordHash)))
    if (!matching.includes(true)) throw new Refusal(403, 'password.wrong', 'The current password is not right')
    await byUser.giveBack(user._id).catch(() => undefined)
  }
}

function tooManyTries(retryAfterS: number): Refusal {
  return new Refusal(429, 'session.too_many_tries', 'Too many wrong passwords; wait before the next try', {
    retryAfterS,
  })
}
