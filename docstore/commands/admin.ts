import { arch, cpus, hostname, platform, totalmem } from 'node:os'
import { Long, ObjectId, Timestamp } from 'bson'
import { USER } from '../auth/password.ts'
import { type Call, type Command, fields } from '../command.ts'
import { okReply } from '../reply.ts'
import { MAX_BATCH, MAX_MESSAGE_BYTES } from '../wire.ts'
import { getParameter, setParameter } from './parameters.ts'
import { serverStatus } from './server-status.ts'
import { VERSION } from './version.ts'

const WIRE_VERSION = 25

const SET_NAME = 'docstore'
const ELECTION = new ObjectId('7fffffff0000000000000001')

/** The handshake: a replica set of one node. Without topologyVersion drivers poll, which is what a single node wants. */
const hello = ({ connectionId, address, args, engine }: Call): Buffer => {
  const nowMs = engine.now()
  return okReply({
    ...(args.name === 'hello' ? { isWritablePrimary: true } : { ismaster: true }),
    helloOk: true,
    setName: SET_NAME,
    setVersion: 1,
    hosts: [address],
    primary: address,
    me: address,
    secondary: false,
    electionId: ELECTION,
    lastWrite: {
      opTime: { ts: new Timestamp({ t: Math.floor(nowMs / 1000), i: 1 }), t: Long.fromNumber(1) },
      lastWriteDate: new Date(nowMs),
    },
    maxBsonObjectSize: 16 * 1024 * 1024,
    maxMessageSizeBytes: MAX_MESSAGE_BYTES,
    maxWriteBatchSize: MAX_BATCH,
    localTime: new Date(nowMs),
    logicalSessionTimeoutMinutes: 30,
    connectionId,
    minWireVersion: 0,
    maxWireVersion: WIRE_VERSION,
    readOnly: false,
    ...(args.text('saslSupportedMechs') === `admin.${USER}` ? { saslSupportedMechs: ['SCRAM-SHA-256'] } : {}),
  })
}

const handshake: Command = { fields: fields(), open: true, run: hello }

const buildInfo: Command = {
  fields: fields(),
  run: () =>
    okReply({
      version: VERSION,
      versionArray: VERSION.split('.').map(Number).concat(0),
      gitVersion: 'docstore',
      modules: [],
      sysInfo: 'docstore',
      bits: 64,
      debug: false,
      maxBsonObjectSize: 16 * 1024 * 1024,
      storageEngines: ['sqlite'],
    }),
}

const hostInfo: Command = {
  fields: fields(),
  run: ({ engine }) =>
    okReply({
      system: {
        currentTime: new Date(engine.now()),
        hostname: hostname(),
        cpuAddrSize: 64,
        memSizeMB: Math.floor(totalmem() / 2 ** 20),
        numCores: cpus().length,
        cpuArch: arch(),
      },
      os: { type: platform(), name: platform(), version: '' },
      extra: {},
    }),
}

const connectionStatus: Command = {
  fields: fields('showPrivileges'),
  run: () => okReply({ authInfo: { authenticatedUsers: [], authenticatedUserRoles: [] } }),
}

const whatsMyUri: Command = { fields: fields(), run: () => okReply({ you: 'unix socket' }) }

export const ADMIN: Readonly<Record<string, Command>> = {
  hello: handshake,
  isMaster: handshake,
  ismaster: handshake,
  ping: { fields: fields(), run: () => okReply() },
  buildInfo,
  buildinfo: buildInfo,
  hostInfo,
  serverStatus,
  connectionStatus,
  getParameter,
  setParameter,
  whatsmyuri: whatsMyUri,
}
