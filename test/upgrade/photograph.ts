import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { LEDGER_FORMAT, WAY_BACK_MS } from '../../lib/core/ledger/format.ts';
import { MemoryMautic } from '../support/memory-mautic.ts';
import { rawRecordedDeliveries } from '../support/recorded-expectation.ts';
import { messageOf, startBridge } from './bridge.ts';
import { IN_FLIGHT, type Photograph, PLAYED, RUNG, textOf } from './release.ts';

/**
 * `node test/upgrade/photograph.ts`, before a release: keeps what this version leaves in the ledger, the queues and
 * Mautic, in the middle of the recorded deliveries. Every later version must be able to go on from there.
 */
const mautic = new MemoryMautic();
const bridge = await startBridge(mautic);
// What it writes once there is no way back to the version before it.
await bridge.upgraded(2 * WAY_BACK_MS);
const deliveries = rawRecordedDeliveries().map(messageOf);
for (const message of deliveries.slice(0, PLAYED)) {
  await bridge.record([message]);
  await bridge.sync();
}
await bridge.settle();
// Recorded and rung for, and not yet written.
await bridge.record(deliveries.slice(PLAYED, RUNG));
const photograph: Photograph = {
  items: await bridge.items(),
  deliveries: deliveries.slice(RUNG, IN_FLIGHT),
  rings: [...bridge.rings],
  mautic: {
    rows: [...mautic.rows.values()].map(({ id, email, fields, tags }) => ({
      id,
      email,
      fields: Object.fromEntries(fields),
      tags: [...tags],
    })),
    notes: mautic.notes,
  },
};
await bridge.close();
const folder = fileURLToPath(new URL('../fixtures/ledger/', import.meta.url));
await mkdir(folder, { recursive: true });
await writeFile(`${folder}format-${String(LEDGER_FORMAT)}.json`, `${textOf(photograph)}\n`);
