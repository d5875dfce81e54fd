import { createHash, createHmac, pbkdf2Sync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { beginConversation, credentialsOf, ITERATIONS } from '../../docstore/auth/scram.ts'

const credentials = credentialsOf('docstore', 'correct-horse-battery', Buffer.alloc(28, 7))
const FIRST = 'n,,n=docstore,r=abc'

/** What a client that knows `password` answers to the server's first message. */
const finalOf = (password: string, clientFirst: string, serverFirst: string): string => {
  const [r = '', s = '', i = ''] = serverFirst.split(',')
  const salted = pbkdf2Sync(password, Buffer.from(s.slice(2), 'base64'), Number(i.slice(2)), 32, 'sha256')
  const key = createHmac('sha256', salted).update('Client Key').digest()
  const stored = createHash('sha256').update(key).digest()
  const text = `${clientFirst.slice(3)},${serverFirst},c=biws,${r}`
  const signature = createHmac('sha256', stored).update(text).digest()
  return `c=biws,${r},p=${Buffer.from(key.map((byte, at) => byte ^ (signature[at] as number))).toString('base64')}`
}

describe('the password of a TCP connection', () => {
  it('lets in who knows it, and proves that the server knows it too', () => {
    const talk = beginConversation(credentials, FIRST, 'server')
    expect(talk?.first).toBe(`r=abcserver,s=${Buffer.alloc(28, 7).toString('base64')},i=${ITERATIONS}`)
    expect(talk?.finish(finalOf('correct-horse-battery', FIRST, talk.first))).toMatch(/^v=[\w+/]{43}=$/)
  })

  it('keeps out a wrong password, another user, and who answers another question', () => {
    const talk = beginConversation(credentials, FIRST, 'server')
    const right = finalOf('correct-horse-battery', FIRST, talk?.first ?? '')
    expect(talk?.finish(finalOf('wrong', FIRST, talk.first))).toBeUndefined()
    expect(beginConversation(credentials, FIRST, 'other')?.finish(right)).toBeUndefined()
    for (const broken of [
      '',
      'p=',
      'c=biws,r=abcserver',
      right.replace('c=biws', 'c=eSws'),
      right.slice(0, -6),
      `${right},x=1`,
    ])
      expect(talk?.finish(broken)).toBeUndefined()
    const stranger = 'n,,n=root,r=abc'
    const other = beginConversation(credentials, stranger, 'server')
    expect(other?.finish(finalOf('correct-horse-battery', stranger, other.first))).toBeUndefined()
  })

  it('shows a stranger the same salt each time, as it would a user', () => {
    const salt = (first: string): string | undefined => beginConversation(credentials, first, 's')?.first.split(',')[1]
    expect(salt('n,,n=root,r=1')).toBe(salt('n,,n=root,r=2'))
    expect(salt('n,,n=root,r=1')).not.toBe(salt('n,,n=admin,r=1'))
  })

  it('does not talk to what is no client', () => {
    for (const first of [
      '',
      'y,,n=docstore,r=a',
      'n,a=x,n=docstore,r=a',
      'n,,r=a,n=docstore',
      'n,,n=docstore',
      'n,,n=docstore,r=a,m=1',
    ])
      expect(beginConversation(credentials, first)).toBeUndefined()
  })
})
