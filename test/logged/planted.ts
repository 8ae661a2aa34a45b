import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { createTelemetry } from '../../lib/aws/telemetry/telemetry.ts';
import { failureOf } from '../mautic/support.ts';
import { recordingLog } from '../support/log.ts';
import { keepOutputOf, keepPrinted } from './tap.ts';

// Not part of the suite: planted.config.ts runs it, and the run must fail. Each way to say something has its own secret.

test('a log that is given a name', () => {
  recordingLog().warn('A contact waits', { whose: 'Hélène' });
  expect(true).toBe(true);
});

test('a log that is given an address, which is masked before it is printed', () => {
  recordingLog().info('A contact waits', { whose: 'ada@example.test' });
  expect(true).toBe(true);
});

test('an error that quotes a body', () => {
  createTelemetry('planted').log.error('Failed', {}, new Error('{"billing":{}} is no order'));
  expect(true).toBe(true);
});

test('standard output', () => {
  process.stdout.write('Authorization: Bearer 0123456789abcdef\n');
  expect(true).toBe(true);
});

test('the console', () => {
  // biome-ignore lint/suspicious/noConsole: that is what is tested
  console.error('access_token=%s', 'abcdef.abcdef');
  expect(true).toBe(true);
});

test('another process', async () => {
  const script = `console.log('consumer key ck_73d5e7939793dd96')`;
  const child = spawn(process.execPath, ['--eval', script], { stdio: ['ignore', 'pipe', 'pipe'] });
  keepOutputOf(child);
  await once(child, 'close');
  keepPrinted(execFileSync(process.execPath, ['--eval', `console.log('cs_13101f086df2497d')`]).toString());
  expect(child.exitCode).toBe(0);
});

test('a failure', () => {
  const message = 'Mautic refused local-secret.';
  expect(failureOf({ ok: false, failure: { kind: 'park', code: 'planted', message } }).code).toBe('planted');
});
