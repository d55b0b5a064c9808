import type { ComponentSource } from '../run/protocol.ts';
import { type Example, samples } from '../samples.ts';
import { byId, make } from './elements.ts';

/** A component somebody can choose. */
export interface Choice {
  /** Its name on a host: unique, and short of what names may not have. */
  readonly key: string;
  readonly label: string;
  readonly source: ComponentSource;
  readonly examples: readonly Example[];
  /** Whether the Node host beside this page has it too. */
  readonly sample: boolean;
}

/** Lists the samples and takes files; tells each choice. Answers the first one. */
export function createChooser(onChoose: (choice: Choice) => void): Choice {
  const list = byId('components', HTMLFieldSetElement);
  const input = byId('file', HTMLInputElement);
  const drop = byId('drop', HTMLLabelElement);
  let files = 0;

  const add = (choice: Choice, about: string, checked: boolean): void => {
    const radio = make('input');
    Object.assign(radio, { type: 'radio', name: 'component', value: choice.key, checked });
    radio.addEventListener('change', () => onChoose(choice));
    const name = make('b', {}, choice.label);
    const detail = make('small', {}, about);
    list.append(make('label', { className: 'choice' }, radio, make('span', {}, name, ' ', detail)));
  };

  const take = (file: File): void => {
    // The server's own samples have no such names.
    const stem = file.name
      .replace(/\.wasm$/i, '')
      .replace(/[^a-z0-9-]+/gi, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 48);
    const choice = { key: `own-${++files}${stem === '' ? '' : `-${stem}`}`, label: file.name, source: { file }, examples: [], sample: false };
    add(choice, 'your file', true);
    onChoose(choice);
  };

  input.addEventListener('change', () => {
    const [file] = input.files ?? [];
    if (file !== undefined) take(file);
    // The same file once more is a new choice: it may have changed.
    input.value = '';
  });
  for (const kind of ['dragenter', 'dragover'] as const) {
    document.addEventListener(kind, (event) => {
      event.preventDefault();
      drop.classList.add('over');
    });
  }
  document.addEventListener('dragleave', (event) => {
    if (event.relatedTarget === null) drop.classList.remove('over');
  });
  document.addEventListener('drop', (event) => {
    event.preventDefault();
    drop.classList.remove('over');
    const [file] = event.dataTransfer?.files ?? [];
    if (file !== undefined) take(file);
  });

  const choices = samples.map(({ name, about, examples }) => ({
    choice: { key: name, label: name, source: { url: `guests/${name}.wasm` }, examples, sample: true },
    about,
  }));
  const first = choices.find(({ choice }) => choice.key === 'hello-p3') ?? choices[0]!;
  for (const each of choices) add(each.choice, each.about, each === first);
  return first.choice;
}
