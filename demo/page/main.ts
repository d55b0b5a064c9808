/** The page: a component is chosen, asked, and its answer shown with its times. */
import { formatBytes } from './format.ts';
import { callOnNode, type CallReport, createPlaces, type TabPlace } from './places.ts';
import { failureOf } from './run/failure.ts';
import { findNode } from './run/node.ts';
import type { Call, CallEvent, ComponentInfo } from './run/protocol.ts';
import { clearAbout, showAbout } from './view/about.ts';
import { beginAnswer, clearAnswer, showFailure } from './view/answer.ts';
import { type Choice, createChooser } from './view/chooser.ts';
import { byId } from './view/elements.ts';
import { addLogLine } from './view/log-panel.ts';
import { showBusy, showIdle } from './view/progress.ts';
import { FieldError, readCall, showExamples, showFields } from './view/request-form.ts';
import { type PlaceTimes, showTimes } from './view/times.ts';

const form = byId('request', HTMLFormElement);
const sendButton = byId('send', HTMLButtonElement);
const nodeButton = byId('send-node', HTMLButtonElement);
const cancelButton = byId('cancel', HTMLButtonElement);
const stopButton = byId('stop', HTMLButtonElement);
const hint = byId('hint', HTMLParagraphElement);

const labels = { worker: 'Worker', page: 'Page', node: 'Node' } as const;
const places = createPlaces(addLogLine);
// Without it the page is as good, but for one button.
const node = await findNode().catch(() => undefined);

let choice: Choice;
let info: ComponentInfo | undefined;
let busy: AbortController | undefined;
/** What was asked last, and how long each place took for it. */
let compared = { question: '', times: new Map<keyof typeof labels, PlaceTimes>() };

form.addEventListener('submit', (event) => {
  event.preventDefault();
  const place = placeChosen();
  void ask(place, `the ${place}`, (call, signal, onEvent) => places.call(place, choice, call, signal, onEvent));
});
nodeButton.addEventListener('click', () => {
  if (node !== undefined) void ask('node', 'Node', (call, signal, onEvent) => callOnNode(node, choice, call, signal, onEvent));
});
cancelButton.addEventListener('click', () => busy?.abort());
stopButton.addEventListener('click', () => void stop());
for (const radio of placeRadios()) radio.addEventListener('change', showButtons);

choice = createChooser((chosen) => void choose(chosen));
await choose(choice);

async function choose(chosen: Choice): Promise<void> {
  busy?.abort();
  choice = chosen;
  info = undefined;
  compared = { question: '', times: new Map() };
  clearAbout();
  clearAnswer();
  showTimes([], 'http');
  showExamples(chosen.examples);
  showButtons();
  showBusy(`Loading ${chosen.label}`);
  try {
    const opened = await places.open(placeChosen(), chosen, (bytes, of) => {
      if (choice === chosen && of > 0) showBusy(`Loading ${chosen.label}, ${formatBytes(of)}`, bytes / of);
    });
    if (choice !== chosen) return;
    info = opened;
    showAbout(opened);
    showFields(kindOf(opened));
    showIdle('Press Send.');
  } catch (failure) {
    if (choice !== chosen) return;
    showFailure(failureOf(failure));
    showIdle(`${chosen.label} cannot be run.`);
  }
  showButtons();
}

async function ask(
  where: keyof typeof labels,
  from: string,
  run: (call: Call, signal: AbortSignal, onEvent: (event: CallEvent) => void) => Promise<CallReport>,
): Promise<void> {
  if (info === undefined || busy !== undefined) return;
  const asked = choice;
  const kind = kindOf(info);
  const call = callOrHint(kind);
  if (call === undefined) return;
  const controller = new AbortController();
  busy = controller;
  showButtons();
  showBusy(`Asking ${asked.label}`);
  const answer = beginAnswer(from);
  const current = (): boolean => choice === asked;
  let answered = false;
  try {
    const report = await run(call, controller.signal, (event) => {
      if (!current()) return;
      answer.show(event);
      answered ||= event.type === 'head' || event.type === 'chunk';
      const text = stepText(event, asked.label);
      if (text !== undefined) showBusy(text);
    });
    if (!current()) return;
    showIdle(answer.summary(report.call.totalMs ?? 0));
    note(JSON.stringify(call), where, kind, report);
  } catch (failure) {
    if (!current()) return;
    showFailure(controller.signal.aborted ? { code: 'cancelled', message: cancelText(failure) } : failureOf(failure));
    showIdle(controller.signal.aborted ? 'Cancelled.' : answered ? 'The answer was broken off.' : 'It did not answer.');
  } finally {
    if (busy === controller) busy = undefined;
    showButtons();
  }
}

/** Times are compared for one and the same question only. */
function note(question: string, where: keyof typeof labels, kind: Call['kind'], report: CallReport): void {
  if (compared.question !== question) compared = { question, times: new Map() };
  compared.times.set(where, { place: labels[where], ...report });
  const order = ['worker', 'page', 'node'] as const;
  showTimes(
    order.flatMap((key) => compared.times.get(key) ?? []),
    kind,
  );
}

async function stop(): Promise<void> {
  const place = placeChosen();
  try {
    await places.stop(place, choice);
    showIdle(`${choice.label} was stopped in the ${place}. Send starts it again.`);
  } catch (failure) {
    showFailure(failureOf(failure));
  }
  showButtons();
}

function callOrHint(kind: Call['kind']): Call | undefined {
  hint.hidden = true;
  try {
    return readCall(kind);
  } catch (failure) {
    if (!(failure instanceof FieldError)) throw failure;
    hint.textContent = failure.message;
    hint.hidden = false;
    return undefined;
  }
}

function stepText(event: CallEvent, label: string): string | undefined {
  if (event.type === 'head' || event.type === 'chunk') return 'Receiving the answer';
  if (event.type !== 'step') return undefined;
  if (event.step === 'preparing') return `Preparing ${label}: the first time it is translated for this browser`;
  if (event.step === 'cached') return `Taking ${label} from the cache`;
  if (event.step === 'starting') return `Starting ${label}`;
  return event.step === 'running' ? `Waiting for ${label}` : undefined;
}

function cancelText(failure: unknown): string {
  const { code, message } = failureOf(failure);
  return code === 'cancelled' ? message : 'the call was cancelled';
}

function showButtons(): void {
  const ready = info !== undefined && busy === undefined;
  sendButton.disabled = !ready;
  nodeButton.disabled = !ready || node === undefined || !choice.sample;
  nodeButton.title = choice?.sample === false ? 'The Node host beside this page has the samples only; for your own: npx hostling serve' : '';
  cancelButton.hidden = busy === undefined;
  stopButton.hidden = !ready || !places.runs(placeChosen(), choice);
}

function kindOf({ entrypoints }: ComponentInfo): Call['kind'] {
  return entrypoints.http === undefined && entrypoints.run !== undefined ? 'command' : 'http';
}

function placeRadios(): HTMLInputElement[] {
  return [...form.querySelectorAll<HTMLInputElement>('input[name="place"]')];
}

function placeChosen(): TabPlace {
  return placeRadios().find(({ checked }) => checked)?.value === 'page' ? 'page' : 'worker';
}
