/** What `bridge.config.ts` imports: this path stays, however the house is rearranged. */
export { defineBridge, defineStages } from './policy/configuration/bridge-config.ts';
