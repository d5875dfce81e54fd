/** Appends order-preserving bytes to a buffer that is reused from key to key. */
export class KeyWriter {
  buf = Buffer.alloc(1024)
  at = 0
  room(bytes: number): void {
    const need = this.at + bytes
    if (need <= this.buf.length) return
    const bigger = Buffer.alloc(Math.max(need, this.buf.length * 2))
    this.buf.copy(bigger, 0, 0, this.at)
    this.buf = bigger
  }
  byte(value: number): void {
    this.room(1)
    this.buf[this.at++] = value
  }
  /** Text or names: NUL becomes 00 FF, the end is 00 00, so that a prefix sorts before what it begins. */
  text(src: Buffer, start: number, end: number): void {
    this.room((end - start) * 2 + 2)
    const { buf } = this
    let at = this.at
    for (let p = start; p < end; p++) {
      const byte = src[p] as number
      buf[at++] = byte
      if (byte === 0) buf[at++] = 0xff
    }
    buf[at++] = 0
    buf[at++] = 0
    this.at = at
  }
  bytes(src: Buffer, start: number, end: number): void {
    this.room(end - start)
    for (let p = start; p < end; p++) this.buf[this.at++] = src[p] as number
  }
  /** Bytes in opposite order, as in BSON's little-endian numbers. */
  reversed(src: Buffer, start: number, end: number): void {
    this.room(end - start)
    for (let p = end - 1; p >= start; p--) this.buf[this.at++] = src[p] as number
  }
  /** Turns the order of everything since `mark` round, for descending fields. */
  invert(mark: number): void {
    for (let p = mark; p < this.at; p++) this.buf[p] = ~(this.buf[p] as number) & 0xff
  }
  /** A copy of the key. */
  done(): Buffer {
    return Buffer.from(this.buf.subarray(0, this.at))
  }
}
