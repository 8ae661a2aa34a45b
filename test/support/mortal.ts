/** How many steps a process has left. */
export interface Fuse {
  left: number;
}

/** A port of which every call is two steps, before and after its effect; at the last one the process is killed. */
export function mortal<Port extends object>(port: Port, fuse: Fuse): Port {
  const step = () => {
    fuse.left -= 1;
    if (fuse.left <= 0) throw new Error('the process was killed');
  };
  return new Proxy(port, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return async (...args: readonly unknown[]) => {
        step();
        const result: unknown = await member.apply(target, args);
        step();
        return result;
      };
    },
  });
}
