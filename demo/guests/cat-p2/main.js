import environment from 'wasi:cli/environment@0.2.12';
import exit from 'wasi:cli/exit@0.2.12';
import stderr from 'wasi:cli/stderr@0.2.12';
import stdin from 'wasi:cli/stdin@0.2.12';
import stdout from 'wasi:cli/stdout@0.2.12';
import { utf8 } from '../lib/utf8.ts';
import { copy, isClosed, writeAll } from './bytes.js';
import { listDirectory, openForReading, openForWriting } from './files.js';

const usage =
  'usage: cat [--env | --exit CODE | --fail | --ls DIR | --cat FILE | --write FILE TEXT]';

export const run = {
  run() {
    // As everywhere, the first argument is the program's own name.
    const [, option = '', ...rest] = environment.getArguments();
    const command = commands[option];
    try {
      if (!command) throw new Error(usage);
      command(stdout.getStdout(), ...rest);
    } catch (error) {
      if (isClosed(error)) return;
      // What a WASI function failed with is in `payload`: an error code or a variant.
      const reason = error.payload?.tag ?? error.payload ?? error.message;
      writeAll(stderr.getStderr(), utf8.encode(`cat: ${reason}\n`));
      // The err side of `result` carries nothing. Throwing an Error would be a trap.
      throw undefined;
    }
  },
};

const commands = {
  '': (out) => copy(stdin.getStdin(), out),

  '--env': (out) => {
    const args = environment.getArguments().map((arg) => `arg ${arg}\n`);
    const env = environment.getEnvironment().map(([name, value]) => `env ${name}=${value}\n`);
    writeAll(out, utf8.encode([...args, ...env].join('')));
  },

  '--exit': (_out, code) => exit.exitWithCode(Number(code)),

  '--fail': () => {
    throw new Error('failed as asked');
  },

  '--ls': (out, path) => writeAll(out, utf8.encode(listDirectory(path).map((name) => `${name}\n`).join(''))),

  '--cat': (out, path) => copy(openForReading(path), out),

  '--write': (_out, path, text) => writeAll(openForWriting(path), utf8.encode(text)),
};
