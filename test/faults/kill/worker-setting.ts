/** What a worker in a process of its own is told at its start. */
export interface WorkerSetting {
  address: string;
  taskQueue: string;
  accounts: Record<string, { apiKey: string; baseUrl: string }>;
  /** File of the workflow bundle. */
  bundle: string;
  /** Whether it makes itself ready and waits until it is told to work. */
  spare: boolean;
  /** Where it stops and tells its parent, who then ends it. */
  point?: string;
}

/** What such a worker tells. */
export type FromWorker = { ready: true } | { at: string };
