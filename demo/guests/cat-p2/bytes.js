// The most that one blocking write may carry.
const pieceSize = 4096;

export function writeAll(stream, bytes) {
  for (let at = 0; at < bytes.length; at += pieceSize) {
    stream.blockingWriteAndFlush(bytes.slice(at, at + pieceSize));
  }
}

/** Copies until the input ends. */
export function copy(input, output) {
  for (;;) {
    let bytes;
    try {
      bytes = input.blockingRead(pieceSize);
    } catch (error) {
      if (isClosed(error)) return;
      throw error;
    }
    writeAll(output, bytes);
  }
}

export function isClosed(error) {
  return error?.payload?.tag === 'closed';
}
