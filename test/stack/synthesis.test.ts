import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../', import.meta.url));

test('`node bin/app.ts` makes the stack of the shipped configuration by type stripping alone, and checks it', async () => {
  const out = await mkdtemp(join(tmpdir(), 'bridge-synthesis-'));
  onTestFinished(() => rm(out, { recursive: true }));
  const context = { 'aws:cdk:bundling-stacks': [] };
  const assembly = join(out, 'assembly');
  const env = { ...process.env, CDK_CONTEXT_JSON: JSON.stringify(context), CDK_OUTDIR: assembly };

  const { stdout, stderr } = await run(process.execPath, ['bin/app.ts'], { cwd: root, env });

  expect(stdout).toBe('');
  // It is shipped unfinished, and says what to put in.
  expect(stderr.match(/^WARNING .*/gm)).toEqual([
    expect.stringContaining('names no region for stage production'),
    expect.stringContaining('mautic.url of stage production in bridge.config.ts is still a placeholder'),
  ]);
  const report = JSON.parse(await readFile(join(assembly, 'validation-report.json'), 'utf8')) as {
    pluginReports: unknown[];
  };
  expect(report.pluginReports).toContainEqual(
    expect.objectContaining({ pluginName: 'AwsSolutions', conclusion: 'success', violations: [] }),
  );
  const made = await readFile(join(assembly, 'mautic-commerce-bridge.template.json'), 'utf8');
  expect(made).toContain('names no region for stage production');
});
