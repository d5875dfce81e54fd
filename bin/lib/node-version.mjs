// Imported first by every command, so that an old Node gets a sentence instead of a stack.
if (Number(process.versions.node.split('.')[0]) < 20) {
  console.error(
    `Pitboard needs Node 20 or newer to start, and this is ${process.version}: install a newer one (https://nodejs.org).`,
  )
  process.exit(1)
}

// What is written here (stores, logs, sockets) is for this user alone.
process.umask(0o077)
