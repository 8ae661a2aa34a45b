/** Of this machine, where keys are sent to unless somebody says another one. */
export const CALLBACK_PORT = 3003;
