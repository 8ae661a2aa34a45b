/** More than that in all is not looked through, as a multiple of the text: braces that never close are no JSON. */
const MOST_PASSES = 8;
/** Where JSON may begin behind other text: at the start of a line, or right after a tag. */
const BEGINNING = /(?:^|[\n>])[ \t]*(?=[[{])/g;

/**
 * The JSON object or list of an answer, `undefined` when there is none. PHP writes its warnings before the JSON, and
 * some after it, when `display_errors` is on (recordings 323 to 326 of 5.2.1); then it is the last whole value that
 * begins a line. What is cut off is no value.
 */
export function jsonIn(text: string): object | undefined {
  return parsed(text.replace(/^\uFEFF/, '')) ?? lastWhole(text);
}

function lastWhole(text: string): object | undefined {
  let found: object | undefined;
  let [from, left] = [0, text.length * MOST_PASSES];
  for (const { index, 0: before } of text.matchAll(BEGINNING)) {
    const start = index + before.length;
    if (start < from || left <= 0) continue;
    const end = endOf(text, start);
    left -= (end ?? text.length) - start;
    const value = end === undefined ? undefined : parsed(text.slice(start, end));
    if (end === undefined || value === undefined) continue;
    found = value;
    from = end;
  }
  return found;
}

/** Behind the bracket that closes the one at `start`; nothing within quotes counts. */
function endOf(text: string, start: number): number | undefined {
  const marks = /[[\]{}"]/g;
  marks.lastIndex = start;
  let depth = 0;
  for (let mark = marks.exec(text); mark; mark = marks.exec(text)) {
    if (mark[0] === '"') {
      marks.lastIndex = endOfString(text, mark.index);
      continue;
    }
    depth += mark[0] === '{' || mark[0] === '[' ? 1 : -1;
    if (depth === 0) return mark.index + 1;
  }
  return undefined;
}

function endOfString(text: string, start: number): number {
  const marks = /["\\]/g;
  marks.lastIndex = start + 1;
  for (let mark = marks.exec(text); mark; mark = marks.exec(text)) {
    if (mark[0] === '"') return mark.index + 1;
    marks.lastIndex = mark.index + 2;
  }
  return text.length;
}

function parsed(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
