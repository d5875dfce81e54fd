// Imported before everything else; in words that Node 12 reads.
if (Number(process.versions.node.split('.')[0]) < 20) {
  console.error(
    `Pitboard needs Node 20 or newer to start, and this is ${process.version}: install a newer one (https://nodejs.org).`,
  )
  process.exit(1)
}

// What is written here (stores, logs, sockets) is for this user alone.
process.umask(0o077)
