import environment from 'wasi:cli/environment@0.3.0';
import exit from 'wasi:cli/exit@0.3.0';
import stderr from 'wasi:cli/stderr@0.3.0';
import stdin from 'wasi:cli/stdin@0.3.0';
import stdout from 'wasi:cli/stdout@0.3.0';
import { utf8 } from '../lib/utf8.ts';

// No --ls, --cat and --write as in cat-p2: the functions of wasi:filesystem@0.3.0 are async, and componentize-qjs
// cannot yet import those.
const usage = 'usage: cat [--env | --exit CODE | --fail]';

export const run = {
  async run() {
    // As everywhere, the first argument is the program's own name.
    const [, option = '', ...rest] = environment.getArguments();
    const command = commands[option];
    try {
      if (!command) throw new Error(usage);
      await command(...rest);
    } catch (error) {
      await write(stderr, text(`cat: ${error.message}\n`));
      // The err side of `result` carries nothing. Throwing an Error would be a trap.
      throw undefined;
    }
  },
};

const commands = {
  '': async () => {
    const [input, ended] = stdin.readViaStream();
    await write(stdout, input);
    check('standard input', await ended.read());
  },

  '--env': () => {
    const args = environment.getArguments().map((arg) => `arg ${arg}\n`);
    const env = environment.getEnvironment().map(([name, value]) => `env ${name}=${value}\n`);
    return write(stdout, text([...args, ...env].join('')));
  },

  '--exit': (code) => exit.exitWithCode(Number(code)),

  '--fail': () => {
    throw new Error('failed as asked');
  },
};

/** Hands `data` to an output and waits until the host has taken all of it. */
async function write(output, data) {
  check('output', await output.writeViaStream(data).read());
}

function check(what, result) {
  if (result.tag === 'err') throw new Error(`${what}: ${result.val}`);
}

async function* text(content) {
  yield utf8.encode(content);
}
