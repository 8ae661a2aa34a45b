import type { IncomingMessage } from 'node:http';
import * as v from 'valibot';
import { type HttpAnswer, jsonAnswer, messageAnswer } from '../gateway/http-response.ts';
import { type FaultSwitches, SWITCHES, type SwitchName } from './faults.ts';

/** What the buttons of the page do. */
export interface Actions {
  /** Plays recorded deliveries into the bridge. Answers how each was answered; `undefined`: there are none of this id. */
  play(story: string): Promise<readonly number[] | undefined>;
  /** Absent where Mautic is not simulated in this process. */
  readonly faults?: FaultSwitches;
}

const SWITCH_NAMES = Object.keys(SWITCHES) as [SwitchName, ...SwitchName[]];
const Play = v.object({ story: v.string() });
const Fault = v.object({ name: v.picklist(SWITCH_NAMES), isOn: v.boolean() });

/** More than any button sends. */
const LARGEST_BODY = 4096;

/** Does what a button asks for; `undefined`: there is no such button. */
export async function act(
  actions: Actions,
  path: string,
  request: IncomingMessage,
): Promise<HttpAnswer | undefined> {
  const asked = await readBody(request);
  switch (path) {
    case '/console/play':
      return play(actions, asked);
    case '/console/faults':
      return setFault(actions, asked);
    default:
      return undefined;
  }
}

async function play(actions: Actions, asked: unknown): Promise<HttpAnswer> {
  const parsed = v.safeParse(Play, asked);
  const statuses = parsed.success ? await actions.play(parsed.output.story) : undefined;
  return statuses ? jsonAnswer(200, { statuses }) : messageAnswer(400, 'There is no such recording.');
}

function setFault({ faults }: Actions, asked: unknown): HttpAnswer {
  const parsed = v.safeParse(Fault, asked);
  if (!parsed.success || !faults) return messageAnswer(400, 'There is no such switch.');
  faults.set(parsed.output.name, parsed.output.isOn);
  return jsonAnswer(200, { switches: faults.read() });
}

/** `undefined` for what is no JSON, or too long to come from a button. */
async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size <= LARGEST_BODY) chunks.push(chunk);
  }
  const text = size <= LARGEST_BODY ? Buffer.concat(chunks).toString() : '';
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson()), text);
  return parsed.success ? parsed.output : undefined;
}
