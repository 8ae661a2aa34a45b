/** What `bridge.config.ts` imports: this path stays, however the house is rearranged. */
export { defineBridge, defineStages } from './policy/bridge-config.ts';
