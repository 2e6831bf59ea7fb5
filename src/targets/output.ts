/** Keeps the first bytes of a stream and counts the rest. */
export interface Output {
  readonly add: (chunk: Buffer) => void;
  /** What was kept; a character cut in half at the cap is left out. */
  readonly text: () => string;
  /** The last bytes seen, kept or not. */
  readonly tail: () => string;
  readonly truncated: () => boolean;
  /** So far over the cap that nobody wants the rest. */
  readonly flooded: () => boolean;
}

const TAIL_BYTES = 512;

export function keepOutput(capBytes: number): Output {
  const kept: Buffer[] = [];
  let keptBytes = 0;
  let seenBytes = 0;
  let tail: Buffer = Buffer.alloc(0);
  return {
    add(chunk) {
      seenBytes += chunk.length;
      tail = Buffer.from(Buffer.concat([tail, chunk.subarray(-TAIL_BYTES)]).subarray(-TAIL_BYTES));
      const room = capBytes - keptBytes;
      if (room <= 0) return;
      // A copy: a slice would hold on to the whole packet.
      const piece = chunk.length <= room ? chunk : Buffer.from(chunk.subarray(0, room));
      kept.push(piece);
      keptBytes += piece.length;
    },
    text: () => new TextDecoder('utf-8', { ignoreBOM: true }).decode(Buffer.concat(kept), { stream: true }),
    tail: () => tail.toString('utf8'),
    truncated: () => seenBytes > capBytes,
    flooded: () => seenBytes > 4 * capBytes,
  };
}
