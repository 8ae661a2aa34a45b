import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Findings of a stack that are acknowledged, by where. @throws for one without a reason. */
export function acknowledged(app: IConstruct, stack: string): Readonly<Record<string, string>> {
  const found = app.node
    .findChild(stack)
    .node.findAll()
    .flatMap(({ node }) => rulesAt(node).map((rule) => [node.path.slice(stack.length + 1), rule]));
  return Object.fromEntries(found) as Record<string, string>;
}

function rulesAt({ metadata, path }: IConstruct['node']): readonly string[] {
  return metadata
    .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
    .flatMap(({ data }) => Object.entries(data as Record<string, string>))
    .map(([rule, reason]) => {
      if (reason.length < 40) throw new Error(`${path} acknowledges ${rule} without a reason`);
      return rule;
    });
}
