import type { Extern, ImportReport } from 'hostling/browser';
import { formatBytes, formatCount } from '../format.ts';
import type { ComponentInfo } from '../run/protocol.ts';
import { byId, make } from './elements.ts';

const about = byId('about', HTMLDivElement);

/** Empties the place for what a component is. */
export function clearAbout(): void {
  about.replaceChildren();
}

/** Shows what a component is, what it asks for, and what of that this host serves. */
export function showAbout(info: ComponentInfo): void {
  const refused = info.imports.filter(({ served }) => !served);
  const world = make('details', { className: 'world' }, make('summary', {}, summaryOf(info, refused.length)));
  world.open = refused.length > 0;
  const parts = make(
    'div',
    { className: 'parts' },
    make('h3', {}, 'Imports'),
    importList(info.imports),
    make('h3', {}, 'Exports'),
    exportList(info.interface.exports),
  );
  // It scrolls, so the keyboard has to get there.
  parts.tabIndex = 0;
  world.append(parts);
  const facts = make(
    'p',
    { className: 'facts' },
    make('b', {}, kindOf(info)),
    make('span', {}, formatBytes(info.bytes)),
    make('code', { title: `SHA-256 ${info.digest}` }, info.digest.slice(0, 12)),
  );
  about.replaceChildren(facts, world);
}

/** What the host can ask it. */
function kindOf({ entrypoints }: ComponentInfo): string {
  if (entrypoints.http !== undefined) return `Answers HTTP, WASI 0.${entrypoints.http.preview}`;
  if (entrypoints.run !== undefined) return 'A command';
  return 'Exports nothing that a host can call';
}

function summaryOf({ imports, interface: world }: ComponentInfo, refused: number): string {
  const served = refused === 0 ? 'all served' : `${refused} refused`;
  return `World: ${formatCount(imports.length, 'import')}${imports.length === 0 ? '' : `, ${served}`}; ${formatCount(world.exports.length, 'export')}`;
}

function importList(imports: readonly ImportReport[]): HTMLElement {
  if (imports.length === 0) return make('p', { className: 'note' }, 'none');
  const rows = imports.map(({ name, served, problem }) =>
    make(
      'li',
      { className: served ? 'served' : 'refused' },
      make('span', { className: 'mark' }, served ? 'served' : 'refused'),
      ' ',
      make('code', {}, name),
      ...(problem === undefined ? [] : [` ${problem}`]),
    ),
  );
  return make('ul', {}, ...rows);
}

function exportList(exports: readonly Extern[]): HTMLElement {
  const named = exports.filter(({ kind }) => kind !== 'type');
  return make('ul', {}, ...named.map(({ name }) => make('li', {}, make('code', {}, name))));
}
