/** Where packages lie, also when node_modules is a link to another checkout. */
const packages = (/** @type {string[]} */ ...names) => `(^|/)node_modules/(${names.join('|')})/`
const anyPackage = '(^|/)node_modules/'
const common = '^server/(data|http|realtime)/|^server/(config|log|process)[.]ts$'

/**
 * Which room may import which. A rule's name is what must hold; its comment is the cure, and is printed.
 * @type {import('dependency-cruiser').IForbiddenRuleType[]}
 */
export const rules = [
  {
    name: 'shared imports only itself and its three packages of pure functions',
    comment:
      'shared/ is meaning: no clock, dice or I/O. Take the value as an argument, or move this file to server/, workers/ or client/.',
    from: { path: '^shared/' },
    to: { pathNot: ['^shared/', packages('zod', 'temporal-polyfill', '@marcbachmann/cel-js')] },
  },
  {
    name: 'docstore knows nothing of Pitboard',
    comment:
      'docstore/ is a document database like any other: copy the few lines that it needs, or pass them over the wire.',
    from: { path: '^docstore/' },
    to: { path: '^(shared|server|client|workers|bin|test)/' },
  },
  {
    name: 'the client imports shared and client only',
    comment: 'Put a rule into shared/; get a value through the API or the socket.',
    from: { path: '^client/' },
    to: { pathNot: ['^client/', '^shared/', anyPackage, '[.]css$'] },
  },
  {
    name: 'features never import each other',
    comment: 'Two features meet in shared/ if it is a rule and in server/data/ if it is a store.',
    from: { path: '^server/([^/]+)/', pathNot: '^server/(data|http|realtime|commands|demo)/' },
    to: { path: '^server/[^/]+/', pathNot: ['^server/$1/', common] },
  },
  {
    name: 'the common rooms of the server know no feature',
    comment:
      'server/data, http and realtime are used by features: pass what they need as an argument in app.ts or main.ts.',
    from: { path: common },
    to: { path: '^server/', pathNot: common },
  },
  {
    name: 'the stores know neither HTTP nor sockets',
    comment: 'server/data/ is also used by the workers: move what both need into server/data/ or shared/.',
    from: { path: '^server/data/' },
    to: { path: '^server/(http|realtime)/' },
  },
  {
    name: 'the server never imports workers',
    comment: 'The server enqueues through server/data/queues.ts; what both need belongs in shared/ or server/data/.',
    from: { path: '^server/' },
    to: { path: '^(workers|client|docstore|test)/' },
  },
  {
    name: 'workers import shared, the stores, config, log and process only',
    comment: 'What a job needs from a feature belongs in shared/ if it is a rule and in server/data/ if it is a store.',
    from: { path: '^workers/' },
    to: {
      path: '^(server|client|docstore|test)/',
      pathNot: ['^server/data/', '^server/(config|log|process)[.]ts$'],
    },
  },
  {
    name: 'only server/data knows mongoose, ioredis and bullmq',
    comment: 'Write a function for it in server/data/ and call that.',
    from: { path: '^(shared|server|client|workers|docstore)/', pathNot: ['^server/data/', '^workers/runner[.]ts$'] },
    to: { path: packages('mongoose', 'mongodb', 'ioredis', 'bullmq') },
  },
  {
    name: 'only server/realtime knows Socket.IO',
    comment: 'Writes go over HTTP, news through server/data/signals.ts: let server/realtime/ send it.',
    from: { path: '^(shared|server|client|workers|docstore)/', pathNot: '^server/realtime/' },
    to: { path: packages('socket.io') },
  },
  {
    name: 'the client has one socket',
    comment: 'Use client/lib/socket.ts.',
    from: { path: '^(shared|server|client|workers|docstore)/', pathNot: '^client/lib/socket[.]ts$' },
    to: { path: packages('socket.io-client') },
  },
  {
    name: 'what runs in production imports no development package',
    comment: 'Move the package to "dependencies" in package.json, with a line in docs/decisions/.',
    from: { path: '^(shared|server|workers|docstore)/' },
    to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
  },
  {
    name: 'nothing outside test/ imports tests',
    comment: 'Move what the product needs out of test/.',
    from: { pathNot: '^test/' },
    to: { path: '^test/' },
  },
  {
    name: 'bin runs before anything is installed',
    comment:
      'bin/ may use Node itself, its own files and the dependency rules: start the rest as a process under Node 24.',
    from: { path: '^bin/' },
    to: { path: '^(shared|server|client|workers|docstore)/' },
  },
  {
    name: 'no cycles',
    comment: 'Two files that need each other are one file, or both need a third: move the shared part there.',
    from: {},
    to: { circular: true },
  },
  {
    name: 'every import can be found',
    comment: 'Correct the path (with its ending), or declare the package in package.json.',
    from: {},
    to: { couldNotResolve: true },
  },
  {
    name: 'every file is used',
    comment: 'Import it somewhere or delete it.',
    from: { orphan: true, pathNot: ['[.]test[.]ts$', '[.]d[.]ts$', '^bin/'] },
    to: {},
  },
]

/** How the files are read. */
export const options = {
  doNotFollow: { path: 'node_modules' },
  tsPreCompilationDeps: true,
  enhancedResolveOptions: {
    exportsFields: ['exports'],
    conditionNames: ['import', 'node', 'default', 'types'],
    extensions: ['.ts', '.vue', '.mjs', '.js', '.json', '.d.ts'],
  },
}
