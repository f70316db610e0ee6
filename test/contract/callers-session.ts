import type { Simulator } from '../../src/simulator/index.js';

/** Opens a session at Anchor that no time-out ends, as a caller would; its id. */
export async function openCallersSession({ anchorUrl, keys }: Simulator): Promise<string> {
  const response = await fetch(`${anchorUrl}/v1/sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'anchor-api-key': keys.anchor[0] ?? '' },
    body: JSON.stringify({ session: { timeout: { max_duration: -1, idle_timeout: -1 } } }),
  });
  const { data } = (await response.json()) as { data: { id: string } };
  return data.id;
}
