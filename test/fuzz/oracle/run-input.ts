import type { FuzzWorld } from '../bridge/fuzz-world.ts';
import type { Input, Request } from '../inputs/input.ts';
import { TOPIC } from '../inputs/shop.ts';
import { type Expectation, expectationOf, headerOf, namedBy, type Spoken } from './expectation.ts';
import { type Finding, Findings } from './findings.ts';
import { Judge } from './judge.ts';
import { type Photograph, photograph } from './photograph.ts';
import { answerClient, readThing } from './run-feeds.ts';

export interface Outcome {
  readonly findings: readonly Finding[];
  /** What the stores were told. */
  readonly statuses: readonly number[];
  /** Why nothing was done. */
  readonly drops: readonly string[];
}

const PROTOTYPES = [Object.prototype, Array.prototype, Function.prototype, String.prototype, Map.prototype];
const CLEAN = sizesOf();

/** Lets an input loose on a world and looks at everything that came of it. */
export async function run(world: FuzzWorld, input: Input): Promise<Outcome> {
  world.findings = new Findings();
  world.telemetry.dropped = [];
  const statuses: number[] = [];
  try {
    await enter(world, input, statuses);
  } catch (error) {
    world.findings.add('crashed', `${String(error)} ${error instanceof Error ? (error.stack ?? '') : ''}`);
  }
  if (sizesOf() !== CLEAN) world.findings.add('prototype', 'a prototype has another property than before');
  return { findings: world.findings.all, statuses, drops: world.telemetry.dropped };
}

async function enter(world: FuzzWorld, input: Input, statuses: number[]): Promise<void> {
  if (input.type === 'arrival') return translate(world, input);
  if (input.type === 'message') return receive(world, input);
  if (input.type === 'reading') return readThing(world, input);
  if (input.type === 'answers') return answerClient(world, input);
  for (const [index, request] of input.requests.entries()) {
    const isLast = index === input.requests.length - 1;
    statuses.push(await deliver(world, request, isLast ? input.repeats : everyTime(input.repeats)));
    if (world.findings.all.length > 0) return;
  }
}

/** What is said of all of them: things stay as they are. */
function everyTime(repeats: Repeats): Repeats | 'things' {
  return repeats === 'all' ? 'things' : undefined;
}

type Repeats = (Input & { type: 'requests' })['repeats'];

async function deliver(world: FuzzWorld, request: Request, repeated: Repeats | 'things'): Promise<number> {
  const before = photographOf(world);
  const expected = expectationOf(request);
  const { status, messages } = await ask(world, request, expected);
  const drops = world.telemetry.dropped.length;
  if (messages.length > 0) await world.record(messages);
  await world.rest();
  const isDropped = world.telemetry.dropped.length > drops;
  if (status === 200 && messages.length === 0) world.telemetry.dropped.push('by ingest');
  const judge = judgeOf(world, before);
  if (!expected.taken) judge.expectNoChange('a refused request');
  else if (isDropped) judge.expectNoChange('a dropped delivery');
  else if (repeated) judge.expectNoChange('a repetition', repeated === 'things' ? 'contacts' : 'counters');
  const { store, body } = request;
  judge.expectOnly(namedBy({ store, topic: headerOf(request, TOPIC) ?? '', body }));
  return status;
}

interface Answer {
  readonly status: number;
  readonly messages: readonly string[];
}

async function ask(world: FuzzWorld, request: Request, expected: Expectation): Promise<Answer> {
  const { findings } = world;
  const status = await world.send(request);
  if (status >= 500) findings.add('5xx', `answered ${String(status)}`);
  else if (status !== expected.status)
    findings.add('answer', `answered ${String(status)} instead of ${String(expected.status)}`);
  const messages = world.takeMessages();
  const isRight = expected.taken
    ? messages.length === 1
    : messages.every((text) => status === 401 && isNotice(text));
  if (!isRight) findings.add('answer', `${String(messages.length)} messages in the queue`);
  return { status, messages };
}

/** Says no more than that a webhook of a store has the wrong secret. */
function isNotice(text: string): boolean {
  const { topic, webhookId, deliveryId, body } = JSON.parse(text);
  return topic === 'bridge.refused' && /^\d+$/.test(webhookId) && deliveryId === '' && body.base64 === '';
}

/** A message that somebody wrote into a queue by hand. */
async function receive(world: FuzzWorld, input: Input & { type: 'message' }): Promise<void> {
  const before = photographOf(world);
  if (input.queue === 'contacts') await world.sync([input.text]);
  else await world.record([input.text]);
  await world.rest();
  const judge = judgeOf(world, before);
  const spoken = input.queue === 'contacts' ? undefined : spokenIn(input.text);
  if (spoken) judge.expectOnly(namedBy(spoken));
  else judge.expectNoChange('a message that says nothing');
}

/** The photograph that the last input left, if there is one: nothing happens between two inputs. */
function photographOf(world: FuzzWorld): Photograph {
  world.rung = [];
  return LEFT.get(world) ?? photograph(world);
}

function judgeOf(world: FuzzWorld, before: Photograph): Judge {
  const judge = new Judge(world, before);
  LEFT.set(world, judge.after);
  return judge;
}

const LEFT = new WeakMap<FuzzWorld, Photograph>();

function spokenIn(text: string): Spoken | undefined {
  try {
    const { schema, store, topic, body } = JSON.parse(text);
    const isText = [store, topic, body.base64].every((value) => typeof value === 'string');
    if (schema !== 1 || body.in !== 'message' || !isText) return undefined;
    return { store, topic, body: Buffer.from(body.base64, 'base64') };
  } catch {
    return undefined;
  }
}

/** The translator alone: it never throws, and says the same every time. */
function translate({ source, findings }: FuzzWorld, { topic, body }: Input & { type: 'arrival' }): void {
  const arrival = {
    schema: 1,
    store: 'demo',
    receivedAt: '',
    topic,
    webhookId: '1',
    deliveryId: 'a',
    body,
  } as const;
  const once = source.translate(arrival);
  if (JSON.stringify(source.translate(arrival)) !== JSON.stringify(once))
    findings.add('changed', 'the same delivery was translated in two ways');
  if ('dropped' in once) return;
  const { thing } = namedBy({ store: 'demo', topic, body });
  for (const { ref } of once.snapshots) {
    const name = `${ref.kind}/${ref.store}/${ref.id}`;
    if (name !== thing) findings.add('outside', `${name} was made of ${String(thing)}`);
  }
}

/** How many properties the prototypes have. */
function sizesOf(): string {
  return PROTOTYPES.map((prototype) => Reflect.ownKeys(prototype).length).join();
}
