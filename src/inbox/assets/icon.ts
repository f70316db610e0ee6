/** The mark of the inbox. */
export const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="#2f6f62" stroke-width="2.4" stroke-linecap="round"><path d="M4 12a8 8 0 0 1 13.7-5.6M20 12a8 8 0 0 1-13.7 5.6"/><circle cx="12" cy="12" r="2.6" fill="#2f6f62" stroke="none"/></svg>
`;
