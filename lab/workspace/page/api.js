/** A look at the workspace: `get('channel', { as, channel })`. Throws an Error that says what was wrong. */
export async function get(name, query) {
  const response = await fetch(`/control/${name}?${new URLSearchParams(query)}`);
  if (!response.ok) throw new Error((await response.json()).problem ?? 'the workspace did not answer');
  return response.json();
}

/** An act of a person: `post('type', { as, channel, text })`. Answers `{ ok, problem?, errors? }`, never throws. */
export async function post(name, body) {
  try {
    const response = await fetch(`/control/${name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return await response.json();
  } catch {
    return { ok: false, problem: 'The workspace is not running.' };
  }
}

/** Calls `tell` with every change after `seq`, and `connected` with whether the stream stands. */
export function follow(seq, tell, connected) {
  const source = new EventSource(`/control/events?after=${seq}`);
  source.onmessage = (event) => tell(JSON.parse(event.data).change);
  source.onopen = () => connected(true);
  source.onerror = () => connected(false);
}
