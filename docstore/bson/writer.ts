import * as T from './types.ts'
import type { Value } from './value.ts'

/** Appends BSON to a growing buffer. `open` and `close` pair up around a document or array. */
export class Writer {
  buf: Buffer
  at = 0
  /** `buf` is written over; `done` copies what was written out of it. */
  constructor(size = 512, buf: Buffer = Buffer.allocUnsafe(size)) {
    this.buf = buf
  }
  private room(bytes: number): void {
    const need = this.at + bytes
    if (need <= this.buf.length) return
    const bigger = Buffer.allocUnsafe(Math.max(need, this.buf.length * 2))
    this.buf.copy(bigger, 0, 0, this.at)
    this.buf = bigger
  }
  byte(value: number): void {
    this.room(1)
    this.buf[this.at++] = value
  }
  int32(value: number): void {
    this.room(4)
    this.at = this.buf.writeInt32LE(value, this.at)
  }
  int64(value: bigint): void {
    this.room(8)
    this.at = this.buf.writeBigInt64LE(value, this.at)
  }
  double(value: number): void {
    this.room(8)
    this.at = this.buf.writeDoubleLE(value, this.at)
  }
  raw(src: Buffer, start = 0, end = src.length): void {
    const length = end - start
    this.room(length)
    if (length < 24) for (let i = 0; i < length; i++) this.buf[this.at + i] = src[start + i] as number
    else src.copy(this.buf, this.at, start, end)
    this.at += length
  }
  cstring(value: string): void {
    this.room(value.length * 3 + 1)
    this.at += this.buf.write(value, this.at, 'utf8')
    this.buf[this.at++] = 0
  }
  /** Starts a document; returns the mark that `close` wants. */
  open(): number {
    const mark = this.at
    this.int32(0)
    return mark
  }
  close(mark: number): void {
    this.byte(0)
    this.buf.writeInt32LE(this.at - mark, mark)
  }
  name(type: number, name: string): void {
    this.byte(type)
    this.cstring(name)
  }
  value(name: string, v: Value): void {
    this.name(v.type, name)
    this.raw(v.buf, v.start, v.end)
  }
  fieldInt32(name: string, value: number): void {
    this.name(T.INT32, name)
    this.int32(value)
  }
  fieldInt64(name: string, value: bigint): void {
    this.name(T.INT64, name)
    this.int64(value)
  }
  fieldDouble(name: string, value: number): void {
    this.name(T.DOUBLE, name)
    this.double(value)
  }
  fieldString(name: string, value: string): void {
    this.name(T.STRING, name)
    const mark = this.at
    this.int32(0)
    this.cstring(value)
    this.buf.writeInt32LE(this.at - mark - 4, mark)
  }
  fieldBool(name: string, value: boolean): void {
    this.name(T.BOOL, name)
    this.byte(value ? 1 : 0)
  }
  fieldDoc(name: string, doc: Buffer, type: number = T.OBJECT): void {
    this.name(type, name)
    this.raw(doc)
  }
  /** A copy of what was written. */
  done(): Buffer {
    return Buffer.from(this.buf.subarray(0, this.at))
  }
}

/** Names of array elements, made once: "0", "1", ... */
const INDEX_NAMES = Array.from({ length: 1024 }, (_, i) => String(i))
export const indexName = (i: number): string => INDEX_NAMES[i] ?? String(i)
