import type { ClaimGrant } from '../../src/core/claim.js';
import type { Json } from '../../src/core/json.js';
import { environmentSecrets } from '../../src/secrets/resolver.js';
import { accountLookup } from '../../src/worker/accounts.js';
import { ProviderPool } from '../../activities/index.js';
import type { Stage } from './stage.js';

const timeoutMs = 3_000;

/** Gives answers to a provider past Temporal, as an inbox does: it reads again before it sends anything. */
export class DirectAnswer {
  readonly #pool: ProviderPool;

  constructor(
    { accounts }: Pick<Stage, 'accounts'>,
    private readonly account: string,
  ) {
    this.#pool = new ProviderPool(accountLookup([], environmentSecrets({}), (name) => accounts.get(name)));
  }

  /** What became of the answer; `open` where it was certainly not sent. */
  async give(
    { endpoint, handle, question }: ClaimGrant,
    answer: Json,
  ): Promise<'applied' | 'gone' | 'unknown' | 'open'> {
    const provider = await this.#pool.provider(this.account);
    try {
      const driver = provider.driver(endpoint);
      const call = { timeoutMs };
      const open = await driver.pendingQuestion(handle, call).catch(() => 'unread' as const);
      if (open === 'unread') return 'open';
      if (open?.providerId !== question.providerId) return 'gone';
      return await driver.answer(handle, question, answer, call).then(
        () => 'applied' as const,
        () => 'unknown' as const,
      );
    } finally {
      await this.#pool.close();
    }
  }
}
