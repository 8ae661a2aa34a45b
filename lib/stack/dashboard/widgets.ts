import {
  GraphWidget,
  type IMetric,
  type IWidget,
  TextWidget,
  type YAxisProps,
} from 'aws-cdk-lib/aws-cloudwatch';

/** Columns of a dashboard. */
export const WHOLE = 24;
/** Three stand side by side. */
export const THIRD = WHOLE / 3;
const HEIGHT = 6;

/** A heading over a row of widgets. */
export function titled(title: string, widgets: readonly IWidget[]): IWidget[][] {
  return [[new TextWidget({ markdown: `## ${title}`, width: WHOLE, height: 1 })], [...widgets]];
}

/** Lines over time, a third of a row wide; `unit` is what the axis says. */
export function graph(title: string, unit: string, metrics: readonly IMetric[]): GraphWidget {
  const leftYAxis: YAxisProps = { label: unit, min: 0, showUnits: false };
  return new GraphWidget({ title, left: [...metrics], leftYAxis, width: THIRD, height: HEIGHT });
}
