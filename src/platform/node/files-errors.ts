import os from 'node:os';
import { FileError, type FileErrorCode } from '../../core/ports/files.ts';

/** What Node calls a failure, and what a guest is told. */
const codes: Readonly<Record<string, FileErrorCode>> = Object.freeze({
  EACCES: 'access',
  EAGAIN: 'busy',
  EALREADY: 'already',
  EBADF: 'bad-descriptor',
  EBUSY: 'busy',
  EDEADLK: 'deadlock',
  EDQUOT: 'quota',
  EEXIST: 'exist',
  EFBIG: 'file-too-large',
  EILSEQ: 'illegal-byte-sequence',
  EINPROGRESS: 'in-progress',
  EINTR: 'interrupted',
  EINVAL: 'invalid',
  EIO: 'io',
  EISDIR: 'is-directory',
  ELOOP: 'loop',
  EMFILE: 'insufficient-memory',
  EMLINK: 'too-many-links',
  EMSGSIZE: 'message-size',
  ENAMETOOLONG: 'name-too-long',
  ENFILE: 'insufficient-memory',
  ENODEV: 'no-device',
  ENOENT: 'no-entry',
  ENOLCK: 'no-lock',
  ENOMEM: 'insufficient-memory',
  ENOSPC: 'insufficient-space',
  ENOSYS: 'unsupported',
  ENOTDIR: 'not-directory',
  ENOTEMPTY: 'not-empty',
  ENOTRECOVERABLE: 'not-recoverable',
  ENOTSUP: 'unsupported',
  ENOTTY: 'no-tty',
  ENXIO: 'no-such-device',
  EOPNOTSUPP: 'unsupported',
  EOVERFLOW: 'overflow',
  EPERM: 'not-permitted',
  EPIPE: 'pipe',
  EROFS: 'read-only',
  ESPIPE: 'invalid-seek',
  ETXTBSY: 'text-file-busy',
  EXDEV: 'cross-device',
});

/** Anything that a file call threw as a {@link FileError}; without a code of its own it is `io`. */
export function toFileError(thrown: unknown): FileError {
  if (thrown instanceof FileError) return thrown;
  const { code, errno } = typeof thrown === 'object' && thrown !== null ? (thrown as NodeJS.ErrnoException) : {};
  return new FileError(codes[code ?? ''] ?? codes[nameOf(errno)] ?? 'io', { cause: thrown });
}

/** The name of a number that libuv has none for, such as EDQUOT. */
function nameOf(errno: number | undefined): string {
  if (errno === undefined) return '';
  return Object.entries(os.constants.errno).find(([, number]) => number === -errno)?.[0] ?? '';
}

/** Runs a file call, failing as the port does. */
export function mapped<T>(call: () => T): T {
  try {
    return call();
  } catch (thrown) {
    throw toFileError(thrown);
  }
}
