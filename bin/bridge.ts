import { enableCompileCache, flushCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

/*
 * What one command compiled, the next one need not: it starts in two thirds of the processor time. Kept beside what is
 * installed, which belongs to whoever runs it, and thrown away with that; where nothing can be written, all is compiled
 * anew. The variable hands it on to the thread of the emulators.
 */
process.env['NODE_COMPILE_CACHE'] ??= fileURLToPath(
  new URL('../node_modules/.cache/bridge', import.meta.url),
);
enableCompileCache();

/** Whoever reads what is printed may leave, as `| head` does: then nothing more is to be said, nor to be done. */
let isUnread = false;
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    if (isUnread) return;
    isUnread = true;
    // What runs on stops in good order.
    if (!process.emit('SIGTERM')) process.exit();
  });

const { runCommandLine } = await import('./commands.ts');
const code = await runCommandLine(process.argv.slice(2), { print: console.log, complain: console.error });
if (code !== 0) process.exit(code);
// npm start runs on, and may be ended by a power cut.
flushCompileCache();
