import type { ContactKey } from '../../core/ledger/email.ts';
import { type HttpAnswer, jsonAnswer } from '../gateway/http-response.ts';
import type { PageFiles } from './bundle.ts';
import { type FaultSwitches, SWITCHES, type Switches } from './faults.ts';
import { readStanding, type StandingParts } from './standing.ts';
import { type AskMautic, contactStory, type Ledger, orderStory } from './stories.ts';

export interface ViewParts {
  readonly stores: readonly { readonly id: string; readonly kind: string }[];
  readonly mauticUrl: string;
  /** Recordings that can be played. */
  readonly stories: About['stories'];
  /** A simulated shop, where one was started beside the bridge. */
  readonly shopUrl?: string;
  readonly ledger: Ledger & StandingParts['ledger'];
  readonly standing: Omit<StandingParts, 'ledger'>;
  readonly ask: AskMautic;
  /** Absent where Mautic is not simulated in this process. */
  readonly faults?: FaultSwitches;
}

/** What the page is about, and what its controls can do. */
export interface About {
  readonly stores: readonly { readonly id: string; readonly kind: string }[];
  readonly mauticUrl: string;
  readonly shopUrl?: string;
  readonly stories: readonly { readonly id: string; readonly title: string }[];
  readonly faults?: { readonly titles: typeof SWITCHES; readonly switches: Switches };
}

/** Answers what a browser reads; `undefined`: there is nothing of this path. */
export function createViews(
  parts: ViewParts,
  files: () => Promise<PageFiles>,
): (path: string) => Promise<HttpAnswer | undefined> {
  const pages: Readonly<Record<string, () => Promise<HttpAnswer>>> = {
    '/': async () => page('text/html', (await files()).html),
    '/console.js': async () => page('text/javascript', (await files()).script),
    '/console.css': async () => page('text/css', (await files()).style),
    '/console/about': async () => jsonAnswer(200, aboutOf(parts)),
    '/console/standing': async () =>
      jsonAnswer(200, await readStanding({ ...parts.standing, ledger: parts.ledger })),
  };
  return async (path) => (Object.hasOwn(pages, path) ? pages[path]?.() : story(parts, path));
}

function page(type: string, body: string): HttpAnswer {
  return { statusCode: 200, headers: { 'content-type': `${type}; charset=utf-8` }, body };
}

function aboutOf({ stores, mauticUrl, stories, shopUrl, faults }: ViewParts): About {
  return {
    stores: stores.map(({ id, kind }) => ({ id, kind })),
    mauticUrl,
    ...(shopUrl !== undefined && { shopUrl }),
    stories: stories.map(({ id, title }) => ({ id, title })),
    ...(faults && { faults: { titles: SWITCHES, switches: faults.read() } }),
  };
}

async function story({ ledger, ask }: ViewParts, path: string): Promise<HttpAnswer | undefined> {
  const [, kind, first, second] = /^\/console\/(order|contact)\/([^/]+)(?:\/([^/]+))?$/.exec(path) ?? [];
  if (kind === undefined || first === undefined) return undefined;
  const told =
    kind === 'contact'
      ? await contactStory(ledger, ask, decoded(first) as ContactKey)
      : await orderStory(ledger, decoded(first), decoded(second ?? ''));
  return told && jsonAnswer(200, told);
}

/** A part of a path that is no proper escape names nothing, whatever it is. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
