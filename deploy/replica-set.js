/* global connect, process, sleep, print */
// Read by mongosh: makes the replica set and the user of Pitboard, where they are not there yet.
const { MONGO_ROOT_PASSWORD, MONGO_PASSWORD } = process.env
const login = `root:${encodeURIComponent(MONGO_ROOT_PASSWORD)}`
const first = connect(`mongodb://${login}@mongo-1/admin?directConnection=true`)

const members = ['mongo-1', 'mongo-2', 'mongo-3'].map((host, id) => ({ _id: id, host: `${host}:27017` }))
try {
  first.adminCommand({ replSetGetStatus: 1 })
} catch (error) {
  if (error.codeName !== 'NotYetInitialized') throw error
  first.adminCommand({ replSetInitiate: { _id: 'pitboard', members } })
}
for (let tries = 0; !first.hello().isWritablePrimary && !first.hello().primary; tries += 1) {
  if (tries > 120) throw new Error('The replica set chose no primary within a minute.')
  sleep(500)
}

const set = connect(`mongodb://${login}@mongo-1,mongo-2,mongo-3/admin?replicaSet=pitboard`)
const own = set.getSiblingDB('pitboard')
const access = { pwd: MONGO_PASSWORD, roles: [{ role: 'readWrite', db: 'pitboard' }] }
if (own.getUser('pitboard')) own.updateUser('pitboard', access)
else own.createUser({ user: 'pitboard', ...access })
print('The replica set is ready.')
