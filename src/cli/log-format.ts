/** How logs may be written. */
export const logFormats = ['json', 'text'] as const;

export type LogFormat = (typeof logFormats)[number];
