import type { HttpTimeouts } from '../../ports/http-out.ts';

/** The three durations of `request-options`, in nanoseconds, the same for both versions. */
export class RequestTimeouts {
  connect: bigint | undefined;
  firstByte: bigint | undefined;
  betweenBytes: bigint | undefined;

  copy(): RequestTimeouts {
    const copy = new RequestTimeouts();
    copy.connect = this.connect;
    copy.firstByte = this.firstByte;
    copy.betweenBytes = this.betweenBytes;
    return copy;
  }

  /** In milliseconds, rounded up: a guest that asked for half a millisecond did not ask for none. */
  toMs(): HttpTimeouts {
    return { connectMs: toMs(this.connect), firstByteMs: toMs(this.firstByte), betweenBytesMs: toMs(this.betweenBytes) };
  }
}

// Timers take 31 bits; longer is as good as never.
const longest = 2_147_483_647n;

function toMs(duration: bigint | undefined): number | undefined {
  if (duration === undefined) return undefined;
  const ms = (duration + 999_999n) / 1_000_000n;
  return Number(ms > longest ? longest : ms < 1n ? 1n : ms);
}
