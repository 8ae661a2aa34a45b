const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const formats = new Map<string, Intl.DateTimeFormat>();

/** Whether there is such a time zone (`Europe/Berlin`). */
export function isTimeZone(zone: string): boolean {
  try {
    formatOf(zone);
    return true;
  } catch {
    return false;
  }
}

/**
 * The instant at which clocks of a zone show `local` (`2026-03-29T06:00:00`), epoch ms; `undefined` when that is no
 * date. What such clocks skip in spring is as long after midnight as if they had not; what they show twice in autumn is
 * the first of the two.
 */
export function instantOf(local: string, zone: string): number | undefined {
  const wall = Date.parse(`${local}Z`);
  if (Number.isNaN(wall)) return undefined;
  const candidates = [wall - DAY_MS, wall + DAY_MS].map((near) => wall - offsetAt(near, zone));
  const exact = candidates.filter((instant) => instant + offsetAt(instant, zone) === wall);
  // The offset before a change is the one that holds for a time which no clock shows.
  return exact.length > 0 ? Math.min(...exact) : (candidates[0] ?? wall);
}

/** What clocks of a zone show at an instant: `2026-03-29T06:00:00`. */
export function localText(instant: number, zone: string): string {
  return new Date(instant + offsetAt(instant, zone)).toISOString().slice(0, 19);
}

/** The first instant from `from` on at which clocks of the zone show `time` (`09:00`), epoch ms. */
export function nextTimeOfDay(from: number, time: string, zone: string): number {
  const today = Date.parse(`${localText(from, zone).slice(0, 10)}Z`);
  for (const days of [0, 1]) {
    const date = new Date(today + days * DAY_MS).toISOString().slice(0, 10);
    const instant = instantOf(`${date}T${time}:00`, zone);
    if (instant !== undefined && instant >= from) return instant;
  }
  return from + DAY_MS;
}

/** How far clocks of a zone are ahead of UTC at an instant, ms. */
function offsetAt(instant: number, zone: string): number {
  const whole = Math.floor(instant / MINUTE_MS) * MINUTE_MS;
  const parts = Object.fromEntries(
    formatOf(zone)
      .formatToParts(whole)
      .map(({ type, value }) => [type, Number(value)]),
  ) as Readonly<Record<string, number>>;
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) - whole;
}

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  formats.set(zone, format);
  return format;
}
