/** Any value that JSON can carry. */
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** An object that JSON can carry. */
export type JsonObject = { [name: string]: Json };
