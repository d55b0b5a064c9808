import preopens from 'wasi:filesystem/preopens@0.2.12';

/** The names in a directory, sorted; directories end in a slash. */
export function listDirectory(path) {
  const [directory, rest] = resolve(path);
  const entries = open(directory, rest, { directory: true }, { read: true }).readDirectory();
  const names = [];
  for (let entry; (entry = entries.readDirectoryEntry()); ) {
    names.push(entry.type === 'directory' ? `${entry.name}/` : entry.name);
  }
  return names.toSorted();
}

export function openForReading(path) {
  const [directory, rest] = resolve(path);
  return open(directory, rest, {}, { read: true }).readViaStream(0);
}

export function openForWriting(path) {
  const [directory, rest] = resolve(path);
  return open(directory, rest, { create: true, truncate: true }, { write: true }).writeViaStream(0);
}

function open(directory, path, openFlags, flags) {
  return directory.openAt({ symlinkFollow: true }, path, openFlags, flags);
}

/** The preopened directory `path` lies in, and the way from there. */
function resolve(path) {
  for (const [directory, name] of preopens.getDirectories()) {
    const root = name.endsWith('/') ? name : `${name}/`;
    if (path === name || path === root) return [directory, '.'];
    if (path.startsWith(root)) return [directory, path.slice(root.length)];
  }
  throw new Error(`no preopened directory holds ${path}`);
}
