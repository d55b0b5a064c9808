import { ValueError } from './abi/value-error.ts';
import { Trap } from './trap.ts';

/**
 * Where a failure of a guest comes from, in front of its words: `component hello: handle of wasi:http/handler@0.3.0: parameter 1 (request): unknown handle index
 * 7`. It is put together on the failure's way out, from inside: the path to a value, then whose and which function's it is. Nothing of it is
 * made while nothing fails.
 */
interface Place {
  readonly words: string;
  path: string;
  where: string | undefined;
}

const place: unique symbol = Symbol('place');

type Placed = Error & { [place]?: Place };

/** A failure that is a guest's, or of a value for one; what a host's own code throws is left as it is. */
function isPlaced(failure: unknown): failure is Placed {
  return failure instanceof Trap || failure instanceof ValueError || failure instanceof WebAssembly.RuntimeError;
}

function placeOf(failure: Placed): Place {
  const known = failure[place];
  if (known !== undefined) return known;
  const made: Place = { words: failure.message, path: '', where: undefined };
  Object.defineProperty(failure, place, { value: made });
  return made;
}

function write(failure: Placed, { words, path, where }: Place): void {
  failure.message = [where, path, words].filter((part) => part !== undefined && part !== '').join(': ');
}

/**
 * The failure, which a value at this step of a larger one caused: `throw within(error, '.name')` in the larger one's codec. `where` says, once the value is
 * a whole parameter or result, whose and which function's.
 */
export function within(failure: unknown, step: string, where?: () => string): unknown {
  if (!isPlaced(failure)) return failure;
  const found = placeOf(failure);
  // Who has said where it was knows more than who only passed it on.
  if (found.where !== undefined) return failure;
  found.path = step + found.path;
  found.where = where?.();
  write(failure, found);
  return failure;
}

/** The failure, with whose and which function's it is if nothing says so yet. */
export function locate(failure: unknown, where: () => string): unknown {
  if (!isPlaced(failure)) return failure;
  const found = placeOf(failure);
  if (found.where !== undefined) return failure;
  found.where = where();
  write(failure, found);
  return failure;
}
