import plugin from './plugin.data.json' with { type: 'json' };
import type { FueEmail } from './records.ts';

/** "3 days after first purchase", as lists and reports say it. */
export function triggerText({ type, trigger, interval, duration }: FueEmail): string {
  if (type === 'manual') return 'Single Email';
  const triggers = triggersOf(type);
  const unit = interval === '1' ? duration.replace(/s$/, '') : duration;
  return `${interval} ${unit} ${triggers.get(trigger) ?? trigger}`;
}

function triggersOf(type: string): ReadonlyMap<string, string> {
  const known = Object.entries(plugin.types).find(([id]) => id === type)?.[1];
  const named = Object.entries(known?.triggers ?? {});
  return new Map(named.map(([name, text]): [string, string] => [name, String(text)]));
}
