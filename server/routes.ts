import { activityRoutes } from './activities/activities.routes.ts'
import type { Inbox } from './activities/inbox.ts'
import { createKeyLimit } from './activities/keyLimit.ts'
import { ownActivityRoutes } from './activities/ownActivities.routes.ts'
import { apiRoutes } from './api/api.routes.ts'
import { boardRoutes } from './boards/boards.routes.ts'
import type { Config } from './config.ts'
import { contestRoutes } from './contests/contests.routes.ts'
import type { Backlog } from './data/backlog.ts'
import type { Queues } from './data/queues.ts'
import type { Stores } from './data/stores.ts'
import { definitionsRoutes } from './definitions/definitions.routes.ts'
import { feedRoutes } from './feed/feed.routes.ts'
import type { Route } from './http/route.ts'
import { sessionCookie } from './http/sessionCookie.ts'
import { importRoutes } from './imports/imports.routes.ts'
import type { Imports } from './imports/imports.ts'
import { myRoutes } from './my/my.routes.ts'
import { personRoutes } from './people/people.routes.ts'
import { previewRoutes } from './preview/preview.routes.ts'
import { recognitionRoutes } from './recognition/recognition.routes.ts'
import { sessionRoutes } from './session/session.routes.ts'
import { setupRoutes } from './setup/setup.routes.ts'
import { sourceRoutes } from './sources/sources.routes.ts'
import { teamDayRoutes } from './teamDay/teamDay.routes.ts'
import { unmatchedRoutes } from './unmatched/unmatched.routes.ts'
import { userRoutes } from './users/users.routes.ts'

/** What the routes of the features work with. */
export interface RouteParts {
  config: Config
  stores: Stores
  queues: Queues
  inbox: Inbox
  backlog: Backlog
  imports: Imports
  /** Remembers when a source last sent something. */
  noteFreshness(org: string, sourceId: string, atMs: number): void
}

/** Every route there is: the router, the documents of the API and the tests of rights all read this list. */
export function allRoutes({ config, stores, queues, inbox, backlog, imports, noteFreshness }: RouteParts): Route[] {
  const cookie = sessionCookie(config)
  const ingest = { inbox, backlog, noteFreshness, limit: createKeyLimit(), nowMs: () => Date.now() }
  const routes = [
    ...sessionRoutes(stores, cookie),
    ...setupRoutes(stores, cookie),
    ...userRoutes(stores, config.PUBLIC_URL),
    ...activityRoutes(ingest),
    ...ownActivityRoutes(stores.mongo, ingest),
    ...boardRoutes(stores),
    ...definitionsRoutes({ stores, queues }),
    ...sourceRoutes(stores),
    ...importRoutes(stores.mongo, imports),
    ...unmatchedRoutes({ stores, queues }),
    ...myRoutes(stores),
    ...personRoutes(stores.mongo),
    ...contestRoutes({ stores, queues }),
    ...feedRoutes(stores.mongo),
    ...previewRoutes(stores.mongo),
    ...teamDayRoutes(stores.mongo),
    ...recognitionRoutes(stores.mongo),
  ]
  return [...routes, ...apiRoutes(routes)]
}
