import type { Socket } from 'node:net'
import { Binary } from 'bson'
import { Args } from '../args.ts'
import { BINARY } from '../bson/types.ts'
import { bytesOf, type Value } from '../bson/value.ts'
import { CommandError } from '../errors.ts'
import { okReply } from '../reply.ts'
import type { Request } from '../wire.ts'
import { beginConversation, type Conversation, type Credentials } from './scram.ts'

/** Who has not said the password yet may not send more than a handshake needs, nor stay, nor guess for long. */
const STRANGER_BYTES = 16 * 1024
const STRANGER_MS = 10_000
const MAX_TRIES = 3
const ID = 1
const HANDSHAKE = new Set(['hello', 'isMaster', 'ismaster'])

const failed = (): CommandError => new CommandError(18, 'Authentication failed.')

const textOf = (payload: Value | undefined): string => {
  if (payload?.type !== BINARY) throw failed()
  return bytesOf(payload).toString('utf8', 5)
}

/** Stands between a connection and the commands until the password was proven. */
export class Gate {
  private readonly credentials: Credentials
  private conversation: Conversation | undefined
  private proven = false
  private skipEmpty = false
  private open = false
  private tries = 0
  private socket: Socket | undefined

  constructor(credentials: Credentials) {
    this.credentials = credentials
  }

  /** The largest frame the connection may send now, undefined for the protocol's own limit. */
  get maxBytes(): number | undefined {
    return this.open ? undefined : STRANGER_BYTES
  }

  /** Closes the connection if nobody proves the password in time. */
  guard(socket: Socket): void {
    this.socket = socket
    const late = setTimeout(() => {
      if (!this.open) socket.destroy()
    }, STRANGER_MS)
    socket.on('close', () => clearTimeout(late))
  }

  /**
   * The answer to a command of the authentication, undefined for a command that may run. Throws 13 for any other before the
   * password was proven, 18 where the proof is wrong, 334 for a mechanism that is not there.
   */
  answer(request: Request): Buffer | undefined {
    const args = new Args(request.body, request.sequences)
    if (args.name === 'saslStart') return this.start(args)
    if (args.name === 'saslContinue') return this.proceed(args)
    if (this.open || HANDSHAKE.has(args.name)) return undefined
    throw new CommandError(13, `Command ${args.name} requires authentication`)
  }

  private start(args: Args): Buffer {
    args.allow(new Set(['mechanism', 'payload', 'autoAuthorize', 'options']))
    const mechanism = args.text('mechanism')
    if (mechanism !== 'SCRAM-SHA-256')
      throw new CommandError(334, `Received authentication for mechanism ${mechanism} which is not enabled`)
    this.proven = false
    this.skipEmpty = args.flagIn('options', 'skipEmptyExchange')
    this.conversation = beginConversation(this.credentials, textOf(args.get('payload')))
    if (!this.conversation) this.fail()
    return this.reply(this.conversation.first, false)
  }

  private proceed(args: Args): Buffer {
    args.allow(new Set(['conversationId', 'payload']))
    const payload = textOf(args.get('payload'))
    const { conversation } = this
    if (!conversation || args.number('conversationId') !== ID) this.fail()
    if (this.proven && payload === '') return this.end('')
    const last = this.proven ? undefined : conversation.finish(payload)
    if (last === undefined) this.fail()
    this.proven = true
    return this.skipEmpty ? this.end(last) : this.reply(last, false)
  }

  private end(payload: string): Buffer {
    this.conversation = undefined
    this.open = true
    return this.reply(payload, true)
  }

  private fail(): never {
    this.conversation = undefined
    this.proven = false
    // the answer still goes out: destroySoon ends the connection after it
    if (++this.tries >= MAX_TRIES && !this.open) setImmediate(() => this.socket?.destroySoon())
    throw failed()
  }

  private reply(payload: string, done: boolean): Buffer {
    return okReply({ conversationId: ID, done, payload: new Binary(Buffer.from(payload)) })
  }
}
