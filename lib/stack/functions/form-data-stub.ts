/** Node's own forms do for axios what the package `form-data` does, without its 160 KB in every bundle. */
const Native = globalThis.FormData;

// biome-ignore lint/style/noDefaultExport: axios imports the default export of `form-data`.
export { Native as default };
