/** A ready-made request or run. */
export interface Example {
  readonly label: string;
  readonly method?: string;
  readonly path?: string;
  readonly headers?: string;
  readonly body?: string;
  readonly args?: string;
  readonly stdin?: string;
}

/** A sample component this server has. */
export interface Sample {
  readonly name: string;
  readonly about: string;
  readonly examples: readonly Example[];
}

const echo: Example = { label: '/echo', method: 'POST', path: '/echo', headers: 'content-type: text/plain', body: 'Say it again.' };
const get = (...paths: readonly string[]): Example[] => paths.map((path) => ({ label: path, path }));

const commands: readonly Example[] = [
  { label: 'copy input', stdin: 'first line\nsecond line\n' },
  { label: '--env', args: '--env one "two words"' },
  { label: '--exit 3', args: '--exit 3' },
  { label: '--fail', args: '--fail' },
];

/** What the page offers before somebody brings a component along. */
export const samples: readonly Sample[] = [
  {
    name: 'hello-p2',
    about: 'HTTP, WASI 0.2, TypeScript',
    examples: [
      ...get('/', '/stream'),
      echo,
      ...get('/headers', '/random', '/visits', '/fs'),
      { label: '/fetch', path: `/fetch?url=${location.origin}/node/hello-p3/` },
      ...get('/trap'),
    ],
  },
  {
    name: 'hello-p3',
    about: 'HTTP, WASI 0.3, JavaScript',
    examples: [...get('/', '/stream'), echo, ...get('/headers', '/random', '/clock', '/visits', '/trap')],
  },
  { name: 'cat-p2', about: 'command, WASI 0.2, JavaScript', examples: commands },
  { name: 'cat-p3', about: 'command, WASI 0.3, JavaScript', examples: commands },
];
