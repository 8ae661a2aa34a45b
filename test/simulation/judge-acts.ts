import { ACT_RULES, type ActRule, CAMPAIGN, INTO, MARKER } from './act-rules.ts';
import { isOnPast } from './buyer-occasions.ts';
import { hasRule, isOutOfPolicy } from './judge-follow-ups.ts';
import type { Row } from './mautic-contacts.ts';
import { AT_REST_MS, type Done, isTroubled } from './occasions.ts';
import { occasionsOf } from './occasions-of.ts';
import type { Rest, Verdict } from './rest.ts';

/** What is due is done within so long when nothing goes wrong. */
const DONE_WITHIN_MS = 3_600_000;

/**
 * What follow-ups do beside sending e-mails: each note once, each campaign once for each order at most, tags and segments
 * for as long as their reason stands; nothing without a reason or before its time, and nothing that is owed is missing.
 */
export function judgeActs(rest: Rest, verdict: Verdict): void {
  if (!rest.acting) return;
  judgeNotes(rest, verdict);
  judgeEnterings(rest, verdict);
  judgeMails(rest, verdict);
  for (const row of rest.mautic.contacts.rows.values()) if (!isMixed(rest, row)) judgeRow(rest, verdict, row);
}

export interface DoneOnce extends Done {
  readonly rule: ActRule | undefined;
  /** As the occasion is called. */
  readonly thing: string;
}

type DoneNote = DoneOnce & { readonly name: string };

export function doneNotes(notes: Rest['mautic']['notes']): readonly DoneNote[] {
  return notes.flatMap(({ text, email, strayedMs, askedAt }) => {
    const [, own, id, day = ''] = MARKER.exec(text) ?? [];
    if (own === undefined || id === undefined) return [];
    const thing = own + day;
    const rule = ACT_RULES.find((one) => one.id === id);
    return [{ email, strayedMs, askedAt, thing, rule, name: nameOf(thing, id) }];
  });
}

function nameOf(thing: string, rule: string): string {
  return `note ${rule} of ${thing}`;
}

function judgeNotes(rest: Rest, verdict: Verdict): void {
  const notes = doneNotes(rest.mautic.notes);
  for (const note of notes) {
    const complaint = complaintAbout(rest, note);
    if (complaint !== undefined) verdict.wrong.push(`${note.name}: ${complaint}`);
  }
  for (const [name, all] of Map.groupBy(notes, (note) => note.name))
    if (all.length > 1) verdict.doubled.push(`${name}: ${String(all.length)}`);
  judgeOncePerContact(rest, verdict, notes);
  const there = new Set([...notes, ...doneNotes(rest.mautic.lostNotes)].map(({ name }) => name));
  for (const rule of ACT_RULES.filter(({ does }) => 'note' in does)) {
    const owed = occasionsOf(rest, rule).filter((occasion) => occasion.owedTo() !== undefined);
    verdict.lost.push(...owed.map(({ name }) => nameOf(name, rule.id)).filter((name) => !there.has(name)));
  }
}

/** Whatever follows from all that somebody bought is told once, whichever of their orders it began with. */
function judgeOncePerContact(rest: Rest, verdict: Verdict, notes: readonly DoneNote[]): void {
  const own = notes.filter(({ rule, thing, email, strayedMs }) => {
    const isSteady = rule && occasionsOf(rest, rule).some(({ name, isSteady }) => name === thing && isSteady);
    return isSteady && isOnPast(rule.on) && strayedMs === undefined && !isTroubled(rest, email);
  });
  for (const [name, all] of Map.groupBy(own, ({ rule, email }) => `notes ${rule?.id ?? ''} of ${email}`))
    if (new Set(all.map(({ thing }) => thing)).size > 1)
      verdict.doubled.push(`${name}: ${String(all.length)}`);
}

/** What speaks against something that was done once. */
export function complaintAbout(rest: Rest, { rule, thing, ...done }: DoneOnce): string | undefined {
  const occasion = rule && occasionsOf(rest, rule).find(({ name }) => name === thing);
  if (!rule || !occasion) return 'nothing began it';
  const { due } = occasion;
  const { askedAt } = done;
  if (askedAt < due.first) return 'too early';
  if (isOutOfPolicy(rest, { rule, order: '', askedAt })) return 'the rule is gone';
  const isOnTime = askedAt < due.last + DONE_WITHIN_MS;
  const mayBeLate = due.last < rest.calmSince + AT_REST_MS || !occasion.isSure;
  return occasion.complaintAbout(done) ?? (isOnTime || mayBeLate ? undefined : 'too late');
}

/** Who is in a campaign may go through it again: each order puts its buyer in once. */
function judgeEnterings(rest: Rest, verdict: Verdict): void {
  const name = `campaign ${String(CAMPAIGN)}`;
  const occasions = occasionsOf(rest, ruleNamed('enter'));
  const own = rest.mautic.campaigns.enterings.filter(({ strayedMs }) => strayedMs === undefined);
  for (const [email, all] of Map.groupBy(own, (entering) => entering.email)) {
    if (rest.people.given.has(email)) continue;
    const firsts = occasions.filter((one) => one.isOf(email)).map(({ due }) => due.first);
    const times = all.map(({ askedAt }) => askedAt).sort((a, b) => a - b);
    firsts.sort((a, b) => a - b);
    if (times.length > firsts.length) verdict.doubled.push(`${email} in ${name}: ${String(times.length)}`);
    else if (times.some((time, index) => time < (firsts[index] ?? 0)))
      verdict.wrong.push(`${email} came into ${name} too early`);
  }
}

/** Of who signed up nothing in an e-mail says which account it is about: an address has one. */
function judgeMails(rest: Rest, verdict: Verdict): void {
  for (const sending of mailing()) {
    const all = rest.mautic.sent.filter(({ emailId }) => emailId === sending.mail);
    const sent = all.filter(({ strayedMs }) => strayedMs === undefined);
    for (const mails of Map.groupBy(sent, ({ email }) => email).values())
      judgeMailed(rest, verdict, { sending, mails });
    // Whose one was that went astray nobody can tell.
    if (sending.transactional && sent.length === all.length)
      judgeMissingMails(rest, verdict, { rule: sending.rule, sent });
  }
}

interface Mailed {
  readonly sending: ReturnType<typeof mailing>[number];
  /** To one address. */
  readonly mails: readonly Done[];
}

function judgeMailed(rest: Rest, verdict: Verdict, { sending, mails }: Mailed): void {
  const { rule, transactional } = sending;
  const name = `e-mail ${rule.id} to ${mails[0]?.email ?? ''}`;
  if (mails.length > 1) verdict.doubled.push(`${name}: ${String(mails.length)}`);
  const complaint = transactional ? aboutMails(rest, rule, mails) : 'nobody said yes to it';
  if (complaint !== undefined) verdict.wrong.push(`${name}: ${complaint}`);
}

function mailing() {
  return ACT_RULES.flatMap((rule) => ('mail' in rule.does ? [{ rule, ...rule.does }] : []));
}

function aboutMails(rest: Rest, rule: ActRule, all: readonly Done[]): string | undefined {
  const complaints = all.flatMap((done) => {
    const own = occasionsOf(rest, rule).find((one) => one.isOf(done.email));
    return complaintAbout(rest, { ...done, rule, thing: own?.name ?? '' }) ?? [];
  });
  return complaints[0];
}

function judgeMissingMails(
  rest: Rest,
  verdict: Verdict,
  { rule, sent }: { readonly rule: ActRule; readonly sent: readonly Done[] },
): void {
  const reached = new Set(sent.map(({ email }) => email));
  const owed = occasionsOf(rest, rule).flatMap((one) => one.owedTo() ?? []);
  verdict.lost.push(
    ...owed.filter((email) => !reached.has(email)).map((email) => `e-mail ${rule.id} to ${email}`),
  );
}

/** Whatever it holds may have been another's. */
function isMixed(rest: Rest, { id, email }: Row): boolean {
  const { people, mautic } = rest;
  if (people.winners.has(id) || people.untraceable.has(id) || mautic.contacts.movedAt.has(id)) return true;
  return isTroubled(rest, email) || mautic.contacts.byEmail(email).length > 1;
}

function judgeRow(rest: Rest, verdict: Verdict, row: Row): void {
  const { email } = row;
  for (const rule of ACT_RULES) {
    if (!('tag' in rule.does)) continue;
    const { tag } = rule.does;
    judgeStanding(verdict, {
      name: `${email}: the tag ${tag}`,
      is: row.tags.has(tag),
      ...worth(rest, rule, row),
    });
  }
  const isIn = rest.mautic.segments.isIn(INTO, row);
  judgeStanding(verdict, {
    name: `${email}: segment ${String(INTO)}`,
    is: isIn,
    ...afterBoth(rest, row, ['into', 'out']),
  });
  const { must, may, mustNot } = afterBoth(rest, row, ['enter', 'leave']);
  // Who came in stays in when the rule is gone.
  const hasEntered = rest.mautic.campaigns.enterings.some((entering) => entering.email === email);
  judgeStanding(verdict, {
    name: `${email}: campaign ${String(CAMPAIGN)}`,
    is: rest.mautic.campaigns.isIn(CAMPAIGN, row),
    must,
    may: may || (hasEntered && !mustNot),
  });
}

interface Worth {
  /** Something of the contact's that is there calls for it. */
  readonly must: boolean;
  /** Something may. */
  readonly may: boolean;
}

function judgeStanding(
  verdict: Verdict,
  { name, is, must, may }: Worth & { readonly name: string; readonly is: boolean },
): void {
  if (must && !is) verdict.lost.push(name);
  if (is && !may) verdict.wrong.push(`${name} has no reason`);
}

function worth(rest: Rest, rule: ActRule, { email }: Row): Worth {
  if (!hasRule(rest.policy, rule)) return { must: false, may: false };
  const own = occasionsOf(rest, rule).filter((occasion) => occasion.isOf(email));
  const owed = own.filter((occasion) => occasion.owedTo() === email);
  return {
    // What is done once is done for whoever's order it is then.
    must: owed.some(({ isSteady }) => isSteady || isGiven(rule)),
    may: own.some((occasion) => occasion.mayStand()),
  };
}

/** For as long as its reason stands. */
function isGiven({ does }: ActRule): boolean {
  return 'tag' in does || 'into' in does;
}

/** Who is taken out later stays out. */
function afterBoth(
  rest: Rest,
  row: Row,
  [into, out]: readonly [string, string],
): Worth & { readonly mustNot: boolean } {
  const [puts, takes] = [worth(rest, ruleNamed(into), row), worth(rest, ruleNamed(out), row)];
  return { must: puts.must && !takes.may, may: puts.may && !takes.must, mustNot: takes.must };
}

function ruleNamed(id: string): ActRule {
  const rule = ACT_RULES.find((one) => one.id === id);
  if (!rule) throw new Error(`there is no rule ${id}`);
  return rule;
}
