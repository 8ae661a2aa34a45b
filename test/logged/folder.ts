import * as v from 'valibot';

/** Names the folder of this run; the main process sets it before the first worker starts. */
export const FOLDER_VARIABLE = 'BRIDGE_TEST_LOGGED';

/** Something that was said while a test ran. */
export const Said = v.object({
  /** `printed`: as it left the process. `given`: message and fields as handed to the log, before any masking. */
  stream: v.picklist(['printed', 'given', 'failure']),
  /** File and name of the test; the name is empty outside of one. */
  file: v.string(),
  test: v.string(),
  text: v.string(),
});
export type Said = v.InferOutput<typeof Said>;
