import type { Dice, Engine } from './engine.ts';
import type { Faults } from './faults.ts';
import { Instance } from './instance.ts';
import { Process } from './process.ts';

interface Pool<Work> {
  readonly timeoutMs: number;
  /** Builds the function anew, as a cold start does; what it builds is kept while the instance lives. */
  readonly build: (instance: Instance) => Work;
  /** How much likelier than usual it is killed. */
  readonly killScale?: number;
  /** How soon (ms) after its start at the latest. */
  readonly killWithinMs?: number;
}

interface Warm<Work> {
  readonly instance: Instance;
  readonly work: Work;
  /** Counts deployments. */
  readonly generation: number;
}

/** What became of an invocation. */
export interface Ended<Result> {
  /** Undefined: it threw, was killed, or its time was over. */
  readonly result: Result | undefined;
  /** The ledger, a queue or the time failed it, or somebody killed it. */
  readonly disturbed: boolean;
}

/** One Lambda function with its warm instances. */
export class LambdaFunction<Work> {
  readonly #engine: Engine;
  readonly #dice: Dice;
  readonly #faults: Faults;
  readonly #pool: Pool<Work>;
  #idle: Warm<Work>[] = [];
  #generation = 0;

  constructor(world: { engine: Engine; dice: Dice; faults: Faults }, pool: Pool<Work>) {
    this.#engine = world.engine;
    this.#dice = world.dice;
    this.#faults = world.faults;
    this.#pool = pool;
  }

  /** A deployment: instances that are at work end their work, the next ones are new. */
  deploy(): void {
    this.#idle = [];
    this.#generation += 1;
  }

  invoke<Result>(
    run: (work: Work, process: Process) => Promise<Result>,
    mayKill = true,
  ): Promise<Ended<Result>> {
    const warm = this.#idle.pop() ?? this.#start();
    const { instance } = warm;
    instance.disturbed = false;
    return new Promise((resolve) => {
      const died = () => resolve({ result: undefined, disturbed: true });
      const process = new Process(this.#engine, this.#pool.timeoutMs, died);
      instance.process = process;
      if (mayKill && this.#faults.happens('process killed', this.#pool.killScale)) {
        this.#engine.after(this.#dice.between(1, this.#pool.killWithinMs ?? 700), () => {
          if (process.kill()) died();
        });
      }
      const ended = (result: Result | undefined) => {
        if (!process.alive) return;
        process.end();
        if (warm.generation === this.#generation) this.#idle.push(warm);
        resolve({ result, disturbed: instance.disturbed });
      };
      run(warm.work, process).then(ended, () => {
        instance.disturbed = true;
        ended(undefined);
      });
    });
  }

  #start(): Warm<Work> {
    const instance = new Instance();
    return { instance, work: this.#pool.build(instance), generation: this.#generation };
  }
}
