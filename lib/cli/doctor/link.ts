/** How one link of the chain from store to Mautic stands. */
export interface Finding {
  /** What was looked at. */
  readonly link: string;
  readonly state: 'ok' | 'warning' | 'failed' | 'skipped';
  /** What was found, in a sentence. */
  readonly says: string;
  /** What to do about it; of a warning or a failure. Of what is all right: what comes next. */
  readonly remedy?: string;
}

/** Looks at a part of the chain. What it throws is a failure of its link. */
export interface Link {
  readonly name: string;
  /** Names of links without which this one cannot be looked at. */
  readonly needs?: readonly string[];
  readonly look: () => Promise<readonly Finding[]>;
}

export function ok(link: string, says: string): Finding {
  return { link, state: 'ok', says };
}

export function warning(link: string, says: string, remedy: string): Finding {
  return { link, state: 'warning', says, remedy };
}

export function failure(link: string, says: string, remedy: string): Finding {
  return { link, state: 'failed', says, remedy };
}

/** Looks at one link after the other, and tells each finding as soon as it is there. */
export async function examine(
  links: readonly Link[],
  tell: (finding: Finding) => void,
): Promise<readonly Finding[]> {
  const all: Finding[] = [];
  const broken = new Set<string>();
  for (const link of links) {
    const found = await lookAt(link, broken);
    if (found.some(({ state }) => state === 'failed' || state === 'skipped')) broken.add(link.name);
    for (const finding of found) tell(finding);
    all.push(...found);
  }
  return all;
}

async function lookAt(
  { name, needs = [], look }: Link,
  broken: ReadonlySet<string>,
): Promise<readonly Finding[]> {
  const missing = needs.find((need) => broken.has(need));
  if (missing !== undefined)
    return [{ link: name, state: 'skipped', says: `not looked at, because of ${missing}` }];
  try {
    return await look();
  } catch (error) {
    const says = error instanceof Error ? error.message : 'it could not be looked at';
    return [failure(name, says, 'Mend what this says, then ask the doctor again.')];
  }
}
