import {
  type MauticSimulator,
  type SimulatorOptions,
  startMauticSimulator,
} from '../../../lib/simulators/mautic/simulator.ts';

/** What a test sees of an answer. */
type Reply = {
  readonly status: number;
  readonly headers: Headers;
  /** What came over the wire. */
  readonly text: string;
  readonly body: Body;
};

/** The parts of Mautic's answers the tests look at. */
type Body = {
  readonly contact?: Shown;
  readonly contacts?: Readonly<Record<string, Shown>>;
  readonly statusCodes?: readonly number[];
  readonly errors?: readonly {
    readonly code: number;
    readonly message: string;
    readonly type?: string | null;
  }[];
  readonly field?: Readonly<Record<string, unknown>> & { readonly id: number };
  readonly tag?: { readonly id: number; readonly tag: string };
  readonly email?: { readonly id: number };
  readonly note?: { readonly id: number };
  readonly total?: string | number;
  readonly success?: boolean | number;
  readonly access_token?: string;
};

type Shown = {
  readonly id: number;
  readonly points: number;
  readonly fields: {
    readonly all: Readonly<Record<string, unknown>>;
    readonly core?: Readonly<Record<string, { readonly value: unknown }>>;
  };
  readonly tags: readonly { readonly id: number; readonly tag: string }[];
};

/** A simulator and an authorised client of it. */
export type Bench = {
  readonly simulator: MauticSimulator;
  readonly call: (method: string, path: string, payload?: unknown) => Promise<Reply>;
};

/** Starts a simulator and gets a token, or signs in as the default user; the caller closes it. */
export async function openBench(
  options: SimulatorOptions = {},
  signIn: 'bearer' | 'basic' = 'bearer',
): Promise<Bench> {
  const simulator = await startMauticSimulator(options);
  if (signIn === 'basic') return { simulator, call: caller(simulator.url, `Basic ${btoa('admin:mautic')}`) };
  return { simulator, call: caller(simulator.url, `Bearer ${await fetchToken(simulator.url)}`) };
}

/** A client that signs every request with this header. */
export function caller(url: string, authorization: string): Bench['call'] {
  return async (method, path, payload) => {
    const headers = { Authorization: authorization, 'Content-Type': 'application/json' };
    const init: RequestInit = { method, headers };
    if (payload !== undefined) init.body = JSON.stringify(payload);
    const answer = await fetch(url + path, init);
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, text, body: parsed(text) };
  };
}

/** A client_credentials token of the default client. */
export async function fetchToken(url: string): Promise<string> {
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: 'local',
    client_secret: 'local-secret',
  });
  const answer = await fetch(`${url}/oauth/v2/token`, { method: 'POST', body });
  return ((await answer.json()) as { access_token: string }).access_token;
}

/** Nothing for what is no JSON, as an HTML page or a broken answer. */
function parsed(text: string): Body {
  try {
    return JSON.parse(text) as Body;
  } catch {
    return {};
  }
}
