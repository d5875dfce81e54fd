import { enableCompileCache } from 'node:module'
import { join } from 'node:path'

// what was compiled is kept beside what was installed: a start costs half as much. Where that cannot be written it is just not kept
enableCompileCache(process.env.NODE_COMPILE_CACHE ?? join(import.meta.dirname, '../node_modules/.cache/docstore'))
const { run } = await import('./program/run.ts')
await run(process.argv.slice(2))
