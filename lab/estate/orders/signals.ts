import { isObject } from '../found.ts';
import { type HttpService, json } from '../service.ts';
import type { SignalRequest } from './flow.ts';

const PATH = '/privateapi/orch/signal';

/** The private interface of the flow engine: takes a signal for a waiting task. */
export const takeSignal: HttpService = async ({ method, path, contentType, body }, { host, release }) => {
  if (path !== PATH || !release) return json(404, { success: false, message: 'not found' });
  if (method !== 'POST') return json(405, { success: false, message: 'POST only' });
  if (!/^application\/json\b/i.test(contentType))
    return json(415, { success: false, message: 'Content-Type must be application/json' });
  const asked = readSignal(body);
  if (!asked)
    return json(400, { success: false, message: 'executionId, namespace, nodeId and condition are needed' });
  const { accepted, says } = await release.flow.signal(host.plan.name, asked);
  return json(accepted ? 200 : 409, { success: accepted, message: says });
};

/** The four documented fields; ids are strings of digits. */
function readSignal(body: string): SignalRequest | undefined {
  let asked: unknown;
  try {
    asked = JSON.parse(body);
  } catch {
    return undefined;
  }
  if (!isObject(asked)) return undefined;
  const { executionId, namespace, nodeId, condition } = asked;
  if (typeof executionId !== 'string' || typeof namespace !== 'string') return undefined;
  if (typeof nodeId !== 'string' || !/^\d+$/.test(nodeId) || typeof condition !== 'number') return undefined;
  return { executionId, namespace, nodeId, condition };
}
