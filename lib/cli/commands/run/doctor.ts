import { alarmLinks, cloudLinks } from '../../doctor/cloud-links.ts';
import { historyLink } from '../../doctor/history-link.ts';
import { examine, type Finding, type Link } from '../../doctor/link.ts';
import { mauticLinks } from '../../doctor/mautic-links.ts';
import { askRefusalsAt, strayLink } from '../../doctor/refusal-links.ts';
import { storeLinks } from '../../doctor/store-links.ts';
import { workLinks } from '../../doctor/work-links.ts';
import { openLedger } from '../../ledger.ts';
import { openMautic } from '../../mautic.ts';
import type { Site } from '../../place/place.ts';
import { openStores } from '../../stores.ts';

/** A line for each link of the chain, as soon as it was looked at. @throws Error when one of them is broken. */
export async function doctor(
  site: Site,
  { isTrying = false }: { readonly isTrying?: boolean } = {},
): Promise<void> {
  const { config, terminal, json, place } = site;
  const quiet = { ...site, terminal: { ...terminal, complain: () => undefined } };
  const [ledger, mautic, stores] = [openLedger(), openMautic(quiet), openStores(quiet)];
  const askRefusals = askRefusalsAt(place);
  if (!json) terminal.print(`Looking at ${place.name}.`);
  try {
    const found = await examine(
      [
        ...cloudLinks(site),
        ...mauticLinks(mautic, config.policy, isTrying).map((link) => reachable(link, place)),
        ...config.stores.flatMap((store) =>
          storeLinks({ site, store, stores, registers: ledger.ledger, askRefusals }),
        ),
        ...strayLink(askRefusals),
        ...alarmLinks(site),
        ...workLinks(site, ledger),
        ...config.stores.map((store) =>
          historyLink({ store, policy: config.policy, stores, registers: ledger.ledger }),
        ),
      ],
      (finding) => {
        if (!json) for (const line of linesOf(finding)) terminal.print(line);
      },
    );
    conclude(site, found);
  } finally {
    for (const one of [ledger, mautic, stores]) one.close();
  }
}

/** A simulated Mautic that stands still with its bridge is no break. */
function reachable(link: Link, { withoutMautic: says }: Site['place']): Link {
  if (says === undefined || link.name !== 'Mautic') return link;
  return { ...link, look: async () => [{ link: link.name, state: 'skipped', says }] };
}

function conclude({ terminal, json }: Site, found: readonly Finding[]): void {
  const count = (state: Finding['state']) => found.filter((finding) => finding.state === state).length;
  const [failed, warnings] = [count('failed'), count('warning')];
  if (json) terminal.print(JSON.stringify({ failed, warnings, found }, undefined, 2));
  else terminal.print(`${String(count('ok'))} ok, ${String(warnings)} to look at, ${String(failed)} broken.`);
  if (failed > 0) throw new Error('The chain is broken where it says "failed".');
}

const MARKS = { ok: 'ok     ', warning: 'warning', failed: 'failed ', skipped: '-      ' } as const;

function linesOf({ link, state, says, remedy }: Finding): readonly string[] {
  const first = `${MARKS[state]}  ${link}: ${says}`;
  return remedy === undefined ? [first] : [first, `${' '.repeat(9)}${remedy}`];
}
