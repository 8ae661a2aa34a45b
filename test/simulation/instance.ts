import type { Clock } from '../../lib/core/ports/telemetry.ts';
import type { Dice } from './engine.ts';
import type { Fault, Faults } from './faults.ts';
import type { Process } from './process.ts';

/** A warm function: what it remembers lives from one invocation to the next, until one of them kills it. */
export class Instance {
  process: Process | undefined;
  /** Something went wrong in the invocation that is under way. */
  disturbed = false;

  get current(): Process {
    if (!this.process) throw new Error('this instance does nothing now');
    return this.process;
  }

  get clock(): Clock {
    return {
      now: () => this.current.clock.now(),
      sleep: (ms) => this.current.pass(ms),
    };
  }
}

interface Trouble {
  readonly instance: Instance;
  readonly dice: Dice;
  readonly faults: Faults;
  /** Fails before anything was done. */
  readonly refused: Fault;
  /** Was done, and fails all the same. */
  readonly lost: Fault;
}

/** Every method of a port takes time, may fail before or after its effect, and may be where the process dies. */
export function troubled<Port extends object>(port: Port, trouble: Trouble): Port {
  const { instance, dice, faults, refused, lost } = trouble;
  const fail = (fault: Fault) => {
    instance.disturbed = true;
    throw new Error(fault);
  };
  return new Proxy(port, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return async (...args: unknown[]) => {
        const { process } = instance;
        await process?.pass(dice.between(1, 6));
        if (faults.happens(refused)) fail(refused);
        const result: unknown = await member.apply(target, args);
        await process?.pass(dice.between(1, 6));
        if (faults.happens(lost)) fail(lost);
        return result;
      };
    },
  });
}
