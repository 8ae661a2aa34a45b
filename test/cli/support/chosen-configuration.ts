export { config } from '#bridge-config';
