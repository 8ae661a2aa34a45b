import { BLOCK } from './block.ts';
import { type Alterations, FuzzWorld } from './bridge/fuzz-world.ts';
import { inputOf } from './inputs/generate.ts';
import { recordedRequests } from './inputs/shop.ts';
import { run } from './oracle/run-input.ts';
import { emptyReport, type Report } from './report.ts';

export interface FuzzOptions {
  readonly seed: number;
  readonly inputs: number;
  readonly alterations?: Alterations;
  /** Ends after this many inputs with findings. */
  readonly stopAfter?: number;
}

const RECORD_BATCH = 10;

/**
 * Runs the inputs of `inputs` seeds. A world follows from its block and a seed's place in it, so that an input meets
 * the same world whichever seed the run starts with.
 */
export async function fuzz({ seed, inputs, alterations = {}, stopAfter }: FuzzOptions): Promise<Report> {
  const report = emptyReport();
  const start = performance.now();
  let world: FuzzWorld | undefined;
  for (let at = seed - (seed % BLOCK); at < seed + inputs; at += 1) {
    if (at % BLOCK === 0 || world === undefined) world = await newWorld(alterations, isShortIn(at));
    const input = inputOf(at);
    const began = performance.now();
    const outcome = await run(world, input);
    if (outcome.findings.length > 0) world = undefined;
    if (at < seed) continue;
    report.add({ seed: at, kind: input.kind, ms: performance.now() - began, ...outcome });
    if (report.failures.length >= (stopAfter ?? Number.POSITIVE_INFINITY)) break;
  }
  report.seconds = (performance.now() - start) / 1000;
  return report;
}

/** In some blocks Mautic has a short field for order data. */
function isShortIn(seed: number): boolean {
  return Math.floor(seed / BLOCK) % 6 === 5;
}

/** What every world has heard before the first input: every recorded delivery. */
async function newWorld(alterations: Alterations, isShort: boolean): Promise<FuzzWorld> {
  const world = new FuzzWorld({ ...alterations, isShort });
  for (const request of recordedRequests()) await world.send(request);
  const messages = world.takeMessages();
  for (let from = 0; from < messages.length; from += RECORD_BATCH)
    await world.record(messages.slice(from, from + RECORD_BATCH));
  await world.rest();
  return world;
}
