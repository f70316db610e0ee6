/** What a worker in a process of its own is told at its start. */
export interface WorkerSetting {
  taskQueue: string;
  home: string;
  deployment: string;
  accounts: Record<string, { apiKey: string; baseUrl: string }>;
  /** File of the loop's workflow bundle; absent for a worker of Perdure's as it is. */
  bundle?: string;
  /** File of a user's workflows, which the worker serves with the plugin. */
  workflows?: string;
  /** How many activities go on at once. Default: Perdure's own. */
  slots?: number;
  /** How many workflows are kept in memory. Default: the SDK's. */
  cache?: number;
}
