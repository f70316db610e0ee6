/** An agent that reads. */
export const agent = 'agent: { endpoint: anchor.webTask, input: { prompt: Read. } }';
/** Inputs of several types. */
export const head = `
inputs:
  type: object
  properties:
    url: { type: string }
    count: { type: integer }
    urls: { type: array, items: { type: object, properties: { href: { type: string } } } }
steps:
`.trimStart();
/** A step whose result is known. */
export const read = `${head}  - name: read
    agent: { endpoint: anchor.webTask, input: { prompt: Read. } }
    result: { type: object, properties: { total: { type: number }, lines: { type: array, items: { type: string } } } }
`;

/** What is wrong, the text, the line and path at which it is told, and what the reason says. */
export type Broken = [what: string, text: string, place: string, reason: RegExp];
