import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { stackNameOf } from '../../lib/stack/stage.ts';
import type { Shell } from './shell.ts';

/** A stack that is deployed. */
export interface Deployed {
  readonly stack: string;
  readonly outputs: Readonly<Record<string, string>>;
}

const Outputs = v.record(v.string(), v.record(v.string(), v.string()));

/** `cdk synth` of a stage in that copy of the project; the folder of what it made. */
export async function synthesise(shell: Shell, folder: string, stage: string): Promise<string> {
  const out = join(folder, `cdk.out.${stage}`);
  const context = stage === 'production' ? [] : ['-c', `stage=${stage}`];
  await shell.cdk(folder, 'synth', '--quiet', '--output', out, ...context);
  return out;
}

/** `cdk deploy` of what was synthesised. @throws Error with CloudFormation's words when it is rolled back. */
export async function deploy(shell: Shell, folder: string, stage: string): Promise<Deployed> {
  const file = join(folder, `outputs.${stage}.json`);
  const app = ['--app', `cdk.out.${stage}`];
  await shell.cdk(folder, 'deploy', ...app, '--require-approval', 'never', '--outputs-file', file);
  const stack = stackNameOf(stage);
  const outputs = v.parse(Outputs, JSON.parse(await readFile(file, 'utf8')))[stack] ?? {};
  return { stack, outputs };
}

const Policies = v.object({
  Resources: v.record(
    v.string(),
    v.looseObject({
      Type: v.string(),
      Properties: v.optional(
        v.looseObject({
          PolicyDocument: v.optional(v.looseObject({ Statement: v.array(v.looseObject({})) })),
        }),
      ),
    }),
  ),
});

/** An action that a function may do. */
export interface Permission {
  readonly fn: string;
  readonly action: string;
}

/**
 * Takes a permission away from a function in a synthesised template: what comes then must fail.
 * @throws Error when the function does not have it.
 */
export async function withoutPermission(out: string, { fn, action }: Permission): Promise<void> {
  const file = join(out, `${stackNameOf('production')}.template.json`);
  const template: unknown = JSON.parse(await readFile(file, 'utf8'));
  const { Resources } = v.parse(Policies, template);
  const name = new RegExp(`^${fn.replaceAll('-', '')}Role.*Policy`);
  let taken = 0;
  for (const [id, { Type, Properties }] of Object.entries(Resources)) {
    if (Type !== 'AWS::IAM::Policy' || !name.test(id)) continue;
    for (const statement of Properties?.PolicyDocument?.Statement ?? []) {
      const actions = [statement['Action']].flat();
      const left = actions.filter((one) => one !== action);
      taken += actions.length - left.length;
      // A statement must hold an action; that one is nobody's concern here.
      statement['Action'] = left.length === 0 ? 'sts:GetCallerIdentity' : left;
    }
  }
  if (taken === 0) throw new Error(`The function ${fn} has no permission ${action} that could be taken away`);
  await writeFile(file, JSON.stringify({ ...(template as object), Resources }));
}
