/** What `work` takes of the processor (ms), in this thread; unlike its time, the same however busy the machine is. */
export async function cpuMs(work: () => unknown): Promise<number> {
  const before = process.threadCpuUsage();
  await work();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
}
