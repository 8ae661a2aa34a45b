import * as v from 'valibot';
import { failed, type Outcome, succeeded } from '../../../core/ledger/failure.ts';
import { classify, type PluginAnswer } from './classify.ts';
import { API, createSignedHttp, type PluginCall, type SignedHttpOptions } from './signed-http.ts';

/** Follow-Up Emails' API: authorised calls whose answers are values or typed failures. A call never throws. */
export interface PluginClient {
  call(request: PluginCall): Promise<Outcome<PluginAnswer>>;
  /** As `call`, and the answer as `schema` has it. */
  read<Value>(request: PluginCall, schema: v.GenericSchema<unknown, Value>): Promise<Outcome<Value>>;
}

/** A client for one store. */
export function createPluginClient(options: SignedHttpOptions): PluginClient {
  const http = createSignedHttp(options);
  const { host } = new URL(options.baseUrl);

  function endpointOf({ method, path }: PluginCall): string {
    return `${host} (${method} ${API}${path})`;
  }
  async function call(request: PluginCall): Promise<Outcome<PluginAnswer>> {
    const response = await http.send(request);
    const writes = request.method !== 'GET';
    if (response.ok)
      return classify(response.value, { endpoint: endpointOf(request), writes, plain: !http.secure });
    const { failure } = response;
    return failed(!writes && failure.kind === 'unknown' ? { ...failure, kind: 'retry' } : failure);
  }
  async function read<Value>(request: PluginCall, schema: v.GenericSchema<unknown, Value>) {
    const answer = await call(request);
    if (!answer.ok) return answer;
    const found = v.safeParse(schema, answer.value.body);
    if (found.success) return succeeded(found.output);
    const kind = request.method === 'GET' ? 'retry' : 'unknown';
    const message = `${endpointOf(request)} answered in a form that is not known. Find out what stands before the store, and the version of Follow-Up Emails.`;
    return failed<Value>({ kind, code: 'not-understood', message });
  }
  return { call, read };
}
