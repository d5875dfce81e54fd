import type { Connection, Model } from 'mongoose'
import type { Role } from '#shared/contract/session.ts'
import { collection, Mixed } from './schema.ts'

/** Someone who signs in. */
export interface UserDoc {
  _id: string
  org: string
  name: string
  /** Lower case; unique over all organizations, since it is what one signs in with. */
  email: string | null
  /** `argon2id$…`; `null` for those who come by one-time links only. */
  passwordHash: string | null
  role: Role
  personId: string | null
  /** A manager's reach: this team and below; `null` reaches the whole organization. */
  teamId: string | null
  active: boolean
  createdAt: Date
}

/** A signed-in device. The id is the hash of the token in the cookie. */
export interface SessionDoc {
  _id: string
  org: string
  userId: string
  createdAt: Date
  expiresAt: Date
}

/** A link that works once: signs a user in, or (`userId` null) creates the first organization. The id is the token's hash. */
export interface LinkDoc {
  _id: string
  org: string | null
  userId: string | null
  expiresAt: Date
}

/** A system that sends activities. */
export interface SourceDoc {
  _id: string
  org: string
  name: string
  createdAt: Date
  lastActivityAt: Date | null
  active: boolean
}

/** A key of a source. The id is the key's hash; `hint` are its first characters. */
export interface ApiKeyDoc {
  _id: string
  org: string
  sourceId: string
  hint: string
  scopes: string[]
  createdAt: Date
  revokedAt: Date | null
}

export interface IdentityCollections {
  users: Model<UserDoc>
  sessions: Model<SessionDoc>
  links: Model<LinkDoc>
  sources: Model<SourceDoc>
  apiKeys: Model<ApiKeyDoc>
}

const text = { type: String, required: true }
const instant = { type: Date, required: true }
const flag = { type: Boolean, required: true }
const maybeText = { type: String, default: null }
const maybeInstant = { type: Date, default: null }

/** Who may come in, and which systems may send. */
export function identityCollections(connection: Connection): IdentityCollections {
  return {
    users: collection<UserDoc>(
      connection,
      'users',
      {
        org: text,
        name: text,
        email: maybeText,
        passwordHash: maybeText,
        role: text,
        personId: maybeText,
        teamId: maybeText,
        active: flag,
        createdAt: instant,
      },
      [
        [{ email: 1 }, { unique: true, partialFilterExpression: { email: { $type: 'string' } } }],
        [{ org: 1, name: 1, _id: 1 }],
      ],
    ),
    sessions: collection<SessionDoc>(
      connection,
      'sessions',
      { org: text, userId: text, createdAt: instant, expiresAt: instant },
      [[{ expiresAt: 1 }, { expireAfterSeconds: 0 }], [{ userId: 1 }]],
    ),
    links: collection<LinkDoc>(connection, 'links', { org: maybeText, userId: maybeText, expiresAt: instant }, [
      [{ expiresAt: 1 }, { expireAfterSeconds: 0 }],
    ]),
    sources: collection<SourceDoc>(
      connection,
      'sources',
      { org: text, name: text, createdAt: instant, lastActivityAt: maybeInstant, active: flag },
      [[{ org: 1 }]],
    ),
    apiKeys: collection<ApiKeyDoc>(
      connection,
      'apiKeys',
      { org: text, sourceId: text, hint: text, scopes: Mixed, createdAt: instant, revokedAt: maybeInstant },
      [[{ org: 1, sourceId: 1 }]],
    ),
  }
}
