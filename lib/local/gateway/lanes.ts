export interface Lanes {
  /** Runs `work` once one of the lanes is free, first come, first served. */
  run<Result>(work: () => Promise<Result>): Promise<Result>;
}

/** Lets at most `count` pieces of work run at once. */
export function createLanes(count: number): Lanes {
  const waiting: (() => void)[] = [];
  let free = count;
  const enter = async () => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
  };
  const leave = () => {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  };
  return {
    run: async (work) => {
      await enter();
      try {
        return await work();
      } finally {
        leave();
      }
    },
  };
}
