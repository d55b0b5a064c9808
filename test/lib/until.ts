/** Waits until something is so, asking again and again; fails with `what` when it is not within the deadline. */
export async function until(isSo: () => boolean | Promise<boolean>, what: string, deadlineMs = 10_000): Promise<void> {
  const deadline = Date.now() + deadlineMs;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`not within ${deadlineMs} ms: ${what}`);
    await turn(5);
  }
}

/** Waits until a number stays the same for a while, and answers it. */
export async function settled(read: () => number, what: string, deadlineMs = 10_000): Promise<number> {
  let last = read();
  let same = 0;
  await until(
    () => {
      const now = read();
      same = now === last ? same + 1 : 0;
      last = now;
      return same >= 30;
    },
    `${what} stops changing`,
    deadlineMs,
  );
  return last;
}

/** What a promise comes to, or the failure of a wait for it. */
export async function within<T>(promise: Promise<T>, what: string, deadlineMs = 10_000): Promise<T> {
  const { promise: over, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`not within ${deadlineMs} ms: ${what}`)), deadlineMs);
  try {
    return await Promise.race([promise, over]);
  } finally {
    clearTimeout(timer);
  }
}

function turn(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
