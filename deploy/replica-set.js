/* global connect, process, sleep, print */
// Read by mongosh: makes the replica set and the user of Pitboard, where they are not there yet.
const { MONGO_ROOT_PASSWORD, MONGO_PASSWORD } = process.env
const login = `root:${encodeURIComponent(MONGO_ROOT_PASSWORD)}`
const tries = 60

/** Connects. A node that is started for the first time comes and goes while it makes its root user. */
function reach(url) {
  for (let left = tries; ; left -= 1) {
    try {
      return connect(url)
    } catch (error) {
      if (left === 0) throw error
      sleep(1000)
    }
  }
}

const first = reach(`mongodb://${login}@mongo-1/admin?directConnection=true`)
const members = ['mongo-1', 'mongo-2', 'mongo-3'].map((host, id) => ({ _id: id, host: `${host}:27017` }))
try {
  first.adminCommand({ replSetGetStatus: 1 })
} catch (error) {
  if (error.codeName !== 'NotYetInitialized') throw error
  first.adminCommand({ replSetInitiate: { _id: 'pitboard', members } })
}
for (let left = tries; !first.hello().isWritablePrimary && !first.hello().primary; left -= 1) {
  if (left === 0) throw new Error('The replica set chose no primary within a minute.')
  sleep(1000)
}

const set = reach(`mongodb://${login}@mongo-1,mongo-2,mongo-3/admin?replicaSet=pitboard`)
const own = set.getSiblingDB('pitboard')
const access = { pwd: MONGO_PASSWORD, roles: [{ role: 'readWrite', db: 'pitboard' }] }
if (own.getUser('pitboard')) own.updateUser('pitboard', access)
else own.createUser({ user: 'pitboard', ...access })
print('The replica set is ready.')
