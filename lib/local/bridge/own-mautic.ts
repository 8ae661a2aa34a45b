import * as v from 'valibot';
import type { Register } from '../../core/ledger/register.ts';
import type { Registers } from '../../core/ports/ledger.ts';
import { isLoopback } from './settings.ts';

/** Names the simulated Mautic of `npm start`, whose data lie beside the ledger, on whatever port. */
export const SIMULATED = 'simulated';

const REGISTER: Register = { of: 'mautic', name: 'ADDRESS' };
const Text = v.pipe(v.string(), v.parseJson(), v.object({ address: v.string() }));

/**
 * Names the Mautic at a base URL as the ledger does, by host and path. With https instead of http, a slash at the end,
 * capitals in the host, or through `index.php` it is the same one. Of a user and a password nothing is kept.
 */
export function mauticNameOf(baseUrl: string): string {
  const { hostname, port, pathname } = new URL(baseUrl);
  const host = isLoopback(baseUrl) ? 'localhost' : hostname.replace(/\.$/, '');
  return `${host}${port && `:${port}`}${pathname.replace(/(\/+index\.php)?\/*$/, '')}`;
}

/**
 * Takes the ledger for this Mautic if it was written for it, or for none that is known: the version before kept no
 * address. Answers the name of the other one where it was written for another, unless `isSame` says that this is it, at
 * a new address.
 */
export async function ownMautic(
  registers: Registers,
  name: string,
  { isSame = false }: { readonly isSame?: boolean } = {},
): Promise<{ readonly other?: string }> {
  const stored = await registers.read(REGISTER);
  const known = v.safeParse(Text, stored?.text);
  const other = known.success ? known.output.address : undefined;
  if (other === name) return {};
  if (other !== undefined && !isSame) return { other };
  const isWritten = await registers.write(REGISTER, JSON.stringify({ address: name }), stored?.revision);
  return isWritten ? {} : ownMautic(registers, name, { isSame });
}

interface Mixed {
  /** Names of the Mautic the ledger was written for, and of the one it would be used for. */
  readonly other: string;
  readonly name: string;
  readonly dataDir: string;
}

/** Says that a ledger was written for another Mautic, and what to do. */
export function otherMauticText({ other, name, dataDir }: Mixed): string {
  const back = other === SIMULATED ? 'without MAUTIC_BASE_URL' : `with MAUTIC_BASE_URL for ${other}`;
  return `What lies in ${dataDir} was written for ${naming(other)}, not for ${naming(name)}: the bridge would take what the one holds for what the other holds, and write nothing. Start it
  ${back}, to go on with that one;
  with BRIDGE_DATA_DIR=<another folder>, to use both, each with its own data;
  with --fresh, to throw away what lies there and begin with this one;
  with --same-mautic, if it is the same one at a new address.`;
}

function naming(name: string): string {
  return name === SIMULATED ? 'the simulated Mautic' : `the Mautic at ${name}`;
}
