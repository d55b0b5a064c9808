import { afterEach, describe, expect, inject, test } from 'vitest';
import type { Host } from '../../src/core/host.ts';
import type { WorkloadOptions } from '../../src/core/workload/options.ts';
import type { Workload } from '../../src/core/workload/workload.ts';
import type { Harness, TestHost } from '../harness.ts';
import { countInstances } from '../lib/instances.ts';
import { settled, until, within } from '../lib/until.ts';

const mebibyte = 1_048_576;

/** A request whose body is a stream; the web asks for the word `duplex` with it. */
function post(url: string, body: ReadableStream<Uint8Array>, signal?: AbortSignal): Request {
  const init: RequestInit & { duplex: 'half' } = { method: 'POST', body, duplex: 'half', ...(signal === undefined ? {} : { signal }) };
  return new Request(url, init);
}

/** A body that never comes to an end, and whether its reader has left. */
function endless(): { body: ReadableStream<Uint8Array>; cancelled: () => boolean } {
  let cancelled = false;
  const body = new ReadableStream<Uint8Array>(
    {
      cancel() {
        cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { body, cancelled: () => cancelled };
}

/** A body as long as somebody reads it, and how much was asked for. */
function flood(): { body: ReadableStream<Uint8Array>; pulled: () => number; cancelled: () => boolean } {
  let pulled = 0;
  let cancelled = false;
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        pulled += 16_384;
        controller.enqueue(new Uint8Array(16_384));
      },
      cancel() {
        cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { body, pulled: () => pulled, cancelled: () => cancelled };
}

/** HTTP components answer requests of the host that runs them. */
export function httpHostSuite({ platform, traits, createTestHost, guest }: Harness): void {
  const hosts: Host[] = [];
  const make = async (): Promise<TestHost> => {
    const made = await createTestHost();
    hosts.push(made.host);
    return made;
  };
  const start = async (name: string, options: Omit<WorkloadOptions, 'component'> = {}): Promise<TestHost & { workload: Workload }> => {
    const made = await make();
    return { ...made, workload: await made.host.start({ ...options, component: await guest(name) }) };
  };
  const hellos = ['hello-p2', 'hello-p3'];
  const needsStreams = test.skipIf(!traits.requestStreams);
  const origin = inject('serveOrigin');

  afterEach(async () => {
    await Promise.all(hosts.splice(0).map((host) => host.stop({ graceMs: 0 })));
  });

  describe.each([...hellos, 'wat-http-p2', 'wat-http-p3'])(`${platform}: http, %s`, (name) => {
    test('answers by its handle and by its host', async () => {
      const { host, workload } = await start(name, { name: 'greeter', host: 'greeter.localhost' });
      const direct = await workload.fetch('/');
      expect(direct.status).toBe(200);
      const answer = await direct.text();
      expect(answer.length).toBeGreaterThan(0);
      const routed = await host.fetch(new Request('http://greeter.localhost/'));
      expect(routed.status).toBe(200);
      expect(await routed.text()).toBe(answer);
    });

    test('answers 50 calls at once', async () => {
      const { workload } = await start(name);
      const answers = await Promise.all(Array.from({ length: 50 }, async () => (await workload.fetch('/')).text()));
      expect(new Set(answers).size).toBe(1);
      expect(workload.status()).toMatchObject({ calls: 50, inFlight: 0, failures: 0 });
    });
  });

  describe.each(hellos)(`${platform}: http, %s`, (name) => {
    test('says what, with which status and headers', async () => {
      const { workload } = await start(name);
      const response = await workload.fetch('/');
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toBe('text/plain');
      expect(await response.text()).toBe('Hello, world!\n');
      const missing = await workload.fetch('/no-such-page');
      expect(missing.status).toBe(404);
      expect(await missing.text()).toBe('nothing at /no-such-page\n');
    });

    test('sees the request as it was sent', async () => {
      const { workload } = await start(name);
      const response = await workload.fetch('/headers', { headers: { 'x-one': 'first', 'X-Two': 'second' } });
      expect(await response.json()).toMatchObject({ 'x-one': ['first'], 'x-two': ['second'] });
    });

    test('has the environment it was granted, and no other', async () => {
      const { workload: bare } = await start(name);
      expect(await (await bare.fetch('/env')).json()).toEqual({});
      const { workload } = await start(name, { env: { NAME: 'Ada', OTHER: 'ü €' } });
      expect(await (await workload.fetch('/env')).json()).toEqual({ NAME: 'Ada', OTHER: 'ü €' });
      expect(await (await workload.fetch('/')).text()).toBe('Hello, Ada!\n');
    });

    test('echoes a mebibyte', async () => {
      const { workload } = await start(name);
      const sent = Uint8Array.from({ length: mebibyte }, (_, index) => index * 31 + (index >> 8));
      const response = await workload.fetch('/echo', { method: 'POST', body: sent, headers: { 'content-type': 'application/x-test' } });
      expect(response.headers.get('content-type')).toBe('application/x-test');
      const got = new Uint8Array(await response.arrayBuffer());
      expect(got.length).toBe(sent.length);
      expect(got.every((byte, index) => byte === sent[index])).toBe(true);
    });

    needsStreams('echoes what came while more is still to come', async () => {
      const { workload } = await start(name);
      let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
      const body = new ReadableStream<Uint8Array>({ start: (given) => void (controller = given) });
      const response = await within(workload.fetch(post('http://x/echo', body)), 'the head');
      const reader = response.body!.getReader();
      controller?.enqueue(new TextEncoder().encode('ping'));
      const { value } = await within(reader.read(), 'the first bytes');
      expect(new TextDecoder().decode(value)).toBe('ping');
      controller?.close();
      expect((await within(reader.read(), 'the end')).done).toBe(true);
    });

    needsStreams('pulls no more of a body than its answer is read', async () => {
      const { workload } = await start(name);
      const { body, pulled, cancelled } = flood();
      const response = await within(workload.fetch(post('http://x/echo', body)), 'the head');
      const unread = await settled(pulled, 'the number of bytes pulled');
      expect(unread).toBeLessThan(2 * mebibyte);
      const reader = response.body!.getReader();
      for (let read = 0; read < mebibyte;) read += (await within(reader.read(), 'more bytes')).value?.length ?? 0;
      expect(await settled(pulled, 'the number of bytes pulled')).toBeLessThan(unread + 3 * mebibyte);
      await reader.cancel();
      await until(cancelled, 'the body is cancelled');
    });

    test('sends each piece when it is there', async () => {
      const { workload } = await start(name);
      const reader = (await workload.fetch('/stream')).body!.getReader();
      const pieces: string[] = [];
      const times: number[] = [];
      for (;;) {
        const { value, done } = await within(reader.read(), 'the next piece');
        if (done) break;
        times.push(Date.now());
        pieces.push(new TextDecoder().decode(value));
      }
      expect(pieces.join('')).toBe('line 1\nline 2\nline 3\nline 4\nline 5\n');
      expect(pieces.length).toBeGreaterThan(2);
      expect(times.at(-1)! - times[0]!).toBeGreaterThanOrEqual(200);
    });

    test('a trap is a 500 and a line in the log, and the next call works', async () => {
      const { workload, log } = await start(name, { name: 'trapper' });
      const response = await workload.fetch('/trap');
      expect(response.status).toBe(500);
      expect(await response.text()).toBe('guest-trap\n');
      const errors = log.lines.filter((line) => line.level === 'error');
      expect(errors).toHaveLength(1);
      expect(errors[0]?.fields['workload']).toBe('trapper');
      expect(workload.status()).toMatchObject({ calls: 1, failures: 1, lastFailure: errors[0]?.message });
      expect(await (await workload.fetch('/')).text()).toBe('Hello, world!\n');
    });

    describe.skipIf(!traits.sameRealm)('instances', () => {
      test('none is left in use after calls, whether read, left or trapped', async () => {
        const count = countInstances();
        const made = await make();
        const workload = await made.host.start({ component: await guest(name), interfaces: count.interfaces });
        await (await workload.fetch('/')).text();
        await until(() => workload.status().inFlight === 0, 'no call is in flight');
        const idle = traits.readyInstances > 0 ? 1 : 0;
        // A start looks at the interface once without an instance behind it.
        const looked = (await settled(count.live, 'the number of instances')) - idle;
        await Promise.all(Array.from({ length: 10 }, async () => (await workload.fetch('/')).text()));
        await (await workload.fetch('/stream')).body?.cancel();
        await workload.fetch('/trap');
        await until(() => count.live() === looked + idle, `the instances are let go of (${count.live()} of ${looked + idle} live)`);
        await workload.stop();
        await until(() => count.live() === looked, 'the instance made ahead is let go of');
      });

      needsStreams('a caller that stops reading ends the guest', async () => {
        const count = countInstances();
        const made = await make();
        const workload = await made.host.start({ component: await guest(name), interfaces: count.interfaces });
        const before = count.live();
        const { body, cancelled } = endless();
        const response = await within(workload.fetch(post('http://x/echo', body)), 'the head');
        await response.body?.cancel();
        await until(cancelled, 'the request is cancelled');
        await until(() => count.live() === before, 'the instance is gone');
      });

      needsStreams('a caller that aborts ends the guest, before and after the head', async () => {
        const count = countInstances();
        const made = await make();
        const workload = await made.host.start({ component: await guest(name), interfaces: count.interfaces });
        const before = count.live();
        const controller = new AbortController();
        const response = await within(workload.fetch(post('http://x/echo', endless().body, controller.signal)), 'the head');
        const rest = response.text().then(
          () => 'ended',
          () => 'failed',
        );
        controller.abort();
        expect(await within(rest, 'the body fails')).toBe('failed');
        await until(() => count.live() === before, 'the instance is gone');
        const gone = AbortSignal.abort();
        // Some runtimes refuse to make such a request at all.
        const status = await workload.fetch('/', { signal: gone }).then(
          (answer) => answer.status,
          () => 500,
        );
        expect(status).toBe(500);
        await until(() => count.live() === before, 'the instance is gone');
      });
    });
  });

  describe(`${platform}: http, routing`, () => {
    const text = async (host: Host, url: string): Promise<string> => (await host.fetch(new Request(url))).text();

    test('hosts belong to workloads, and * to one that takes the rest', async () => {
      const { host } = await make();
      const component = await guest('hello-p3');
      await host.start({ component, host: ['a.localhost', 'b.localhost:8080'], env: { NAME: 'a' } });
      await host.start({ component, host: '*', env: { NAME: 'rest' } });
      expect(await text(host, 'http://a.localhost/')).toBe('Hello, a!\n');
      expect(await text(host, 'http://A.LOCALHOST:9999/')).toBe('Hello, a!\n');
      expect(await text(host, 'http://b.localhost:8080/')).toBe('Hello, a!\n');
      expect(await text(host, 'http://b.localhost/')).toBe('Hello, rest!\n');
      expect(await text(host, 'http://other.example/')).toBe('Hello, rest!\n');
    });

    test('a host nobody has is a 404, also after its workload stopped', async () => {
      const { host } = await make();
      const workload = await host.start({ component: await guest('wat-http-p2'), host: 'a.localhost' });
      expect((await host.fetch(new Request('http://b.localhost/'))).status).toBe(404);
      expect(await text(host, 'http://b.localhost/')).toBe('workload-not-found\n');
      await workload.stop();
      expect((await host.fetch(new Request('http://a.localhost/'))).status).toBe(404);
      expect((await workload.fetch('/')).status).toBe(503);
      expect(host.workloads.size).toBe(0);
    });

    test('a name that is free again can be taken', async () => {
      const { host } = await make();
      const component = await guest('wat-http-p2');
      await (await host.start({ component, name: 'w', host: 'a.localhost' })).stop();
      await host.start({ component, name: 'w', host: 'a.localhost' });
      expect((await host.fetch(new Request('http://a.localhost/'))).status).toBe(200);
    });

    test('two hosts in one realm know nothing of each other', async () => {
      const [one, two] = [await make(), await make()];
      const component = await guest('hello-p3');
      await one.host.start({ component, name: 'same', host: '*', env: { NAME: 'one' } });
      await two.host.start({ component, name: 'same', host: '*', env: { NAME: 'two' } });
      expect(await text(one.host, 'http://x/')).toBe('Hello, one!\n');
      expect(await text(two.host, 'http://x/')).toBe('Hello, two!\n');
      await one.host.stop();
      expect((await one.host.fetch(new Request('http://x/'))).status).toBe(503);
      expect(await text(two.host, 'http://x/')).toBe('Hello, two!\n');
      await two.host.fetch(new Request('http://x/trap'));
      expect(one.log.lines).toEqual([]);
      expect(two.log.lines.filter((line) => line.level === 'error')).toHaveLength(1);
    });
  });

  describe(`${platform}: http, instances`, () => {
    test('each call has an instance that nobody used before', async () => {
      const { workload } = await start('wat-counter');
      for (let call = 0; call < 10; call++) expect(await (await workload.fetch('/')).text()).toBe('1\n');
      const answers = await Promise.all(Array.from({ length: 20 }, async () => (await workload.fetch('/')).text()));
      expect(new Set(answers)).toEqual(new Set(['1\n']));
    });

    test.skipIf(!traits.largeMemory)('a guest that takes all the memory it gets answers, and so does the next', async () => {
      const { workload } = await start('wat-memory');
      for (let call = 0; call < 2; call++) {
        const response = await workload.fetch('/');
        expect(response.status).toBe(200);
        expect(Number(await response.text())).toBeGreaterThanOrEqual(1024);
      }
    });

    test('more calls than instances may live wait for their turn', async () => {
      const { workload } = await start('wat-http-p2');
      const calls = traits.liveInstances + 20;
      const statuses = await Promise.all(
        Array.from({ length: calls }, async () => {
          const response = await workload.fetch('/');
          await response.text();
          return response.status;
        }),
      );
      expect(statuses.every((status) => status === 200)).toBe(true);
    });
  });

  describe(`${platform}: http, limits and the end`, () => {
    needsStreams('a guest that gives no answer in time is a 504', async () => {
      const { workload, log } = await start('hello-p3', { timeoutMs: 150 });
      const { body, cancelled } = endless();
      const response = await within(workload.fetch(post('http://x/trailers', body)), 'the answer');
      expect(response.status).toBe(504);
      expect(await response.text()).toBe('guest-timeout\n');
      await until(cancelled, 'the request is cancelled');
      expect(log.lines.map((line) => line.level)).toEqual(['error']);
      expect(await (await workload.fetch('/')).text()).toBe('Hello, world!\n');
    });

    test('a stop lets calls under way finish', async () => {
      const { host, workload } = await start('hello-p3', { host: '*' });
      const response = await workload.fetch('/stream');
      const rest = response.text();
      const stopped = host.stop({ graceMs: 20_000 });
      expect((await host.fetch(new Request('http://x/'))).status).toBe(503);
      expect(await within(rest, 'the rest of the answer')).toContain('line 5');
      await within(stopped, 'the host stops');
      expect(workload.status().state).toBe('stopped');
    });

    needsStreams('a stop ends calls that go on beyond its grace', async () => {
      const { workload } = await start('hello-p3');
      const before = endless();
      const after = endless();
      const headless = workload.fetch(post('http://x/trailers', before.body));
      const answering = await workload.fetch(post('http://x/echo', after.body));
      const rest = answering.text().then(
        () => 'ended',
        () => 'failed',
      );
      await within(workload.stop({ graceMs: 50 }), 'the workload stops');
      expect((await within(headless, 'an answer')).status).toBe(503);
      expect(await within(rest, 'the body fails')).toBe('failed');
      await until(() => before.cancelled() && after.cancelled(), 'the requests are cancelled');
    });

    test('a stop is one stop, however often it is asked for', async () => {
      const { host, workload } = await start('wat-http-p2');
      await Promise.all([workload.stop(), workload.stop(), host.stop(), host.stop()]);
      expect(workload.status().state).toBe('stopped');
    });
  });

  describe(`${platform}: http, outgoing`, () => {
    const through = (url: string): string => `/fetch?url=${encodeURIComponent(url)}`;

    test('nothing can be reached that was not allowed', async () => {
      const { workload } = await start('hello-p2');
      const response = await workload.fetch(through(`${origin}/headers`));
      expect(response.status).toBe(502);
      expect(await response.text()).toContain('HTTP-request-denied');
      const { workload: elsewhere } = await start('hello-p2', { allowedHosts: ['elsewhere.example', '127.0.0.1:1'] });
      expect((await elsewhere.fetch(through(`${origin}/headers`))).status).toBe(502);
    });

    test('what was allowed can be reached', async () => {
      const { workload } = await start('hello-p2', { allowedHosts: [new URL(origin).host] });
      const response = await workload.fetch(through(`${origin}/headers`));
      expect(response.status).toBe(200);
      expect(await response.json()).toMatchObject({ host: new URL(origin).host });
      expect((await workload.fetch(through(`${origin}/status/418`))).status).toBe(418);
      expect(await (await workload.fetch(through(`${origin}/stream`))).text()).toContain('line 5');
    });

    test('a Preview 3 guest asks servers too', async () => {
      const { host: authority } = new URL(origin);
      const { workload } = await start('wat-http-p3-client', { allowedHosts: [authority] });
      const response = await workload.fetch(`/${authority}/slow`);
      expect(response.status).toBe(200);
      expect(await response.text()).toBe('slow\n');
      const { workload: denied } = await start('wat-http-p3-client');
      expect((await denied.fetch(`/${authority}/slow`)).status).toBe(403);
    });

    test("a server that never answers is the end of the guest's time", async () => {
      const { workload } = await start('hello-p2', { allowedHosts: ['*'], timeoutMs: 300 });
      const response = await within(workload.fetch(through(`${origin}/never`)), 'the answer');
      expect(response.status).toBe(504);
    });

    test('two hosts in one realm allow different servers', async () => {
      const [one, two] = [await make(), await make()];
      const component = await guest('hello-p2');
      const allowed = await one.host.start({ component, allowedHosts: ['*'] });
      const denied = await two.host.start({ component });
      expect((await allowed.fetch(through(`${origin}/headers`))).status).toBe(200);
      expect((await denied.fetch(through(`${origin}/headers`))).status).toBe(502);
    });
  });
}
