import type { TestProject } from 'vitest/node';
import { artifactsDir, buildBundles } from '../../scripts/lib/bundles.ts';
import { buildGuests } from '../../scripts/guests/build.ts';
import { deadAuthority, startTestServer } from '../platform/http-server.ts';
import { startOrigin } from './origin.ts';

/** Once for all projects, in Node: guests, their bundles, and the servers that tests talk to. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const failed = (await buildGuests()).filter((outcome) => outcome.state === 'failed');
  if (failed.length > 0) throw new Error(failed.map(({ name, message }) => `guest ${name} cannot be built: ${message}`).join('\n'));
  await buildBundles();
  const origin = await startOrigin();
  const server = await startTestServer();
  project.provide('serveOrigin', origin.url);
  project.provide('httpServer', server.authority);
  project.provide('deadAuthority', await deadAuthority());
  project.provide('artifactsDir', await artifactsDir());
  return async () => {
    await Promise.all([origin.close(), server.close()]);
  };
}
