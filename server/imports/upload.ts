import busboy from 'busboy'
import type { Request } from 'express'
import { Refusal } from '../http/problems.ts'

/** What a form may hold: files by name with their most bytes, and names of texts. */
export interface UploadForm {
  files: Readonly<Record<string, number>>
  texts: readonly string[]
}

/** A form that was sent. */
export interface Upload {
  files: Map<string, { name: string; bytes: Buffer }>
  texts: Map<string, string>
}

const maxTextBytes = 256 * 1024
const maxNameLength = 200
/** What the parts of a form need besides their contents. */
const formBytes = 1024 * 1024

/**
 * Reads a multipart form into memory: nothing is left over of one that is cut, malformed or refused. What is refused is
 * still read to its end, since a browser that is cut off while it sends never sees the answer.
 */
export function readUpload(request: Request, { files, texts }: UploadForm): Promise<Upload> {
  const mostBytes = Object.values(files).reduce((sum, most) => sum + most, formBytes + texts.length * maxTextBytes)
  const upload: Upload = { files: new Map(), texts: new Map() }
  return new Promise((resolve, reject) => {
    if (!request.is('multipart/form-data')) throw new Refusal(415, 'body.type', 'Send the file as multipart/form-data')
    if (Number(request.headers['content-length'] ?? 0) > mostBytes * 2) throw tooLarge()
    // It may have been cut while somebody looked up who asks; nothing more is heard of it then.
    if (request.destroyed) throw cut()
    let refused: Refusal | null = null
    let receivedBytes = 0
    const refuse = (refusal: Refusal) => {
      refused ??= refusal
      upload.files.clear()
      upload.texts.clear()
    }
    const form = openForm(request, Object.keys(files).length, texts.length)
    const end = (cause: Refusal | null) => {
      request.unpipe(form)
      request.off('data', count)
      // The form may complain once more when it is destroyed, and so may its files.
      form.on('error', () => undefined).destroy()
      const refusal = refused ?? cause
      if (refusal) reject(refusal)
      else resolve(upload)
    }
    const count = (chunk: Buffer) => {
      receivedBytes += chunk.length
      if (receivedBytes > mostBytes * 2) end(tooLarge())
    }
    form.on('file', (name, stream, info) => {
      const most = Object.hasOwn(files, name) ? (files[name] as number) : 0
      const chunks: Buffer[] = []
      let bytes = 0
      if (most === 0 || upload.files.has(name)) refuse(unexpected(name))
      // Without a listener of its own, the error of a file that is cut would end the process.
      stream.on('error', () => undefined)
      stream.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        if (bytes > most) refuse(tooLarge(most))
        if (refused) chunks.length = 0
        else chunks.push(chunk)
      })
      stream.on('end', () => {
        if (!refused) upload.files.set(name, { name: fileName(info.filename), bytes: Buffer.concat(chunks) })
      })
    })
    form.on('field', (name, value, { valueTruncated, nameTruncated }) => {
      if (!texts.includes(name) || upload.texts.has(name) || nameTruncated) refuse(unexpected(name))
      else if (valueTruncated) refuse(tooLarge(maxTextBytes))
      else if (!refused) upload.texts.set(name, value)
    })
    for (const limit of ['partsLimit', 'filesLimit', 'fieldsLimit'] as const)
      form.on(limit, () => refuse(new Refusal(422, 'upload.parts', 'The form has more parts than it may have')))
    form.on('error', () => {
      refuse(malformed())
      request.unpipe(form)
      if (request.readableEnded) end(refused)
      else request.resume()
    })
    form.on('close', () => {
      if (!refused) end(null)
      else if (request.readableEnded) end(refused)
    })
    request.on('data', count)
    request.on('end', () => refused && end(refused))
    request.on('close', () => {
      if (!request.readableEnded) end(cut())
    })
    request.on('error', () => undefined)
    request.pipe(form)
  })
}

function openForm(request: Request, files: number, fields: number): busboy.Busboy {
  try {
    return busboy({
      headers: request.headers,
      defParamCharset: 'utf8',
      limits: {
        files: files + 1,
        fields: fields + 1,
        parts: files + fields + 2,
        fieldNameSize: 100,
        fieldSize: maxTextBytes,
        headerPairs: 20,
      },
    })
  } catch {
    throw malformed()
  }
}

/** The last part of a path, without what does not belong on a page or in a list. */
function fileName(sent: string | undefined): string {
  const last = (sent ?? '').split(/[\\/]/).at(-1) ?? ''
  return (
    last
      .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '')
      .trim()
      .slice(0, maxNameLength) || 'file.csv'
  )
}

function cut(): Refusal {
  return new Refusal(400, 'body.cut', 'The body ended before it was complete')
}

function malformed(): Refusal {
  return new Refusal(400, 'upload.malformed', 'The form is not valid multipart/form-data')
}

/** The types of busboy promise a name, and a part without one has none. */
function unexpected(name: string | undefined): Refusal {
  const shown = name?.slice(0, 50) ?? ''
  return new Refusal(422, 'upload.field', `The form has a part that is not expected, or twice: ${shown}`)
}

function tooLarge(bytes?: number): Refusal {
  const most = bytes === undefined ? '' : `: at most ${Math.floor(bytes / 1024 / 1024) || 1} MB`
  return new Refusal(413, 'body.too_large', `A file is larger than it may be${most}`)
}
