import { note, type Place, refuse } from './problems.ts';
import { isAbsent, readDnsLabel, readFields, readFlag, readList, readText, refuseRepeated } from './read.ts';
import type { VolumeMountSpec, VolumeSpec } from './spec.ts';

/** `spec.volumes`, in the spelling of Kubernetes (`ephemeral`, `hostPath.path`) or of the wire (`emptyDir`, `hostPath.localPath`). */
export function readVolumes(at: Place): VolumeSpec[] {
  const names: { at: Place; name: string }[] = [];
  const volumes = readList(at).flatMap((item): VolumeSpec[] => {
    const field = readFields(item, ['name', 'ephemeral', 'emptyDir', 'hostPath']);
    if (field === undefined) return [];
    const name = readDnsLabel(field('name'));
    names.push({ at: field('name'), name });
    const kinds = (['ephemeral', 'emptyDir', 'hostPath'] as const).filter((kind) => !isAbsent(field(kind)));
    if (kinds.length > 1) note(item, `must be of one kind (it is ${kinds.join(' and ')})`);
    if (!isAbsent(field('ephemeral'))) readFields(field('ephemeral'), []);
    if (!isAbsent(field('emptyDir'))) readFields(field('emptyDir'), []);
    return [kinds.includes('hostPath') ? { name, kind: 'hostPath', path: readHostPath(field('hostPath')) } : { name, kind: 'emptyDir' }];
  });
  refuseRepeated(names);
  return volumes;
}

function readHostPath(at: Place): string {
  const field = readFields(at, ['path', 'localPath']);
  if (field === undefined) return '';
  if (isAbsent(field('localPath'))) return readText(field('path'));
  if (!isAbsent(field('path'))) note(at, 'has both path and localPath, which are the same: leave one out');
  return readText(field('localPath'));
}

/** `volumeMounts`: `volumes` are the names of those there are. */
export function readVolumeMounts(at: Place, volumes: ReadonlySet<string>): VolumeMountSpec[] {
  const paths: { at: Place; name: string }[] = [];
  const mounts = readList(at).flatMap((item): VolumeMountSpec[] => {
    const field = readFields(item, ['name', 'mountPath', 'readOnly']);
    if (field === undefined) return [];
    const name = readText(field('name'));
    if (name !== '' && !volumes.has(name)) {
      refuse(field('name'), volumes.size === 0 ? 'must name a volume of spec.volumes, and there are none' : `must name a volume: ${[...volumes].join(', ')}`);
    }
    const mountPath = readMountPath(field('mountPath'));
    paths.push({ at: field('mountPath'), name: mountPath });
    return [{ name, mountPath, readOnly: readFlag(field('readOnly'), false) }];
  });
  refuseRepeated(paths);
  return mounts;
}

/** Parts that say nothing are left out: `/data/` is `/data`. */
function readMountPath(at: Place): string {
  const path = readText(at);
  if (path === '') return '';
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  if (!path.startsWith('/')) refuse(at, "must be an absolute path: one that begins with '/'");
  else if (parts.includes('..')) refuse(at, "must not contain '..'");
  else if (path.includes('\0')) refuse(at, 'must not contain a zero character');
  else return `/${parts.join('/')}`;
  return '';
}
