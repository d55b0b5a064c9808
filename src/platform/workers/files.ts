/** Directories in memory: this platform has no others. */
export { createMemoryDirectory, type MemoryDirectory, type MemoryDirectoryOptions } from '../memory/files.ts';
