// What npm runs: `npm.mjs NAME [arguments]`. It is read by every Node that knows modules at all, and what it imports only by
// a Node that is new enough, so that an old one gets a sentence instead of a stack.
import './lib/node-version.mjs'

void import(`./${process.argv.splice(2, 1)}.mjs`)
