import { beforeEach, describe, expect, test } from 'vitest';
import { DAY, HOUR, MINUTE, Reconciling } from '../../support/reconciling.ts';

let bridge: Reconciling;

beforeEach(async () => {
  bridge = new Reconciling();
  await bridge.run();
  await bridge.deliver();
  bridge.shown = [];
});

async function minutes(): Promise<number | undefined> {
  bridge.shown = [];
  await bridge.run();
  return bridge.shown.find(([name, , store]) => name === 'MinutesSinceDelivery' && store === 'demo')?.[1];
}

describe('the minutes since the last delivery', () => {
  test('are none while nothing ever came and nothing changed', async () => {
    expect(await minutes()).toBeUndefined();
  });

  test('are 0 in a quiet shop, however long ago the last delivery was', async () => {
    bridge.place('ada');
    await bridge.deliver();
    bridge.pass(15 * MINUTE);
    expect(await minutes()).toBe(0);
    bridge.pass(5 * DAY);

    expect(await minutes()).toBe(0);
  });

  test('count from the last delivery when orders changed since', async () => {
    bridge.place('ada');
    await bridge.deliver();
    bridge.pass(HOUR);
    bridge.place('bea');
    bridge.pass(HOUR);

    expect(await minutes()).toBe(120);
    bridge.pass(HOUR);
    expect(await minutes()).toBe(180);
    await bridge.deliver();
    expect(await minutes()).toBe(0);
  });

  test('count from the connection where no delivery ever came', async () => {
    bridge.place('ada');
    bridge.pass(2 * DAY);

    expect(await minutes()).toBe(2 * 24 * 60 + 2);
  });

  test('count in any case where the store cannot be read', async () => {
    bridge.place('ada');
    await bridge.deliver();
    bridge.keys = new Map();
    const other = new Reconciling();
    other.keys = new Map();
    other.hook('order.updated');
    other.place('ada');
    await other.deliver();
    other.pass(30 * HOUR);

    await other.run();

    expect(other.shown).toEqual([['MinutesSinceDelivery', 30 * 60, 'demo']]);
  });
});
