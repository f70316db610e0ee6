import { expect, test } from 'vitest';
import { connect } from '../../src/client/connect.js';
import { startWorker } from '../../src/worker/run-worker.js';
import { agentOf } from '../support/agents.js';
import { freePort } from '../support/free-port.js';
import { openStage } from '../support/stage.js';

test.concurrent('a wait goes on by itself when Temporal is lost and comes back, and says so once each way (fault matrix 8: server restart)', async () => {
  const stage = await openStage();
  const { simulator, perdure, troubles } = stage;
  const worker = await startWorker(stage.workerOptions);
  try {
    simulator.on('anchor.webTask').lasts('5 hours').returns({ total: 12 });
    const run = await perdure.start({
      key: 'lost',
      agent: agentOf('anchor.webTask', 'waits through it'),
      deadline: '20 hours',
    });
    while ((await run.status()).status !== 'running');
    const outcome = run.outcome();
    await stage.loseServer();
    const refused = perdure.start({ key: 'other', agent: agentOf('anchor.webTask', 'not now') });
    await expect(refused).rejects.toMatchObject({ name: 'PerdureError', code: 'temporal-unreachable' });
    await stage.troubled;
    await stage.bringServerBack();
    await simulator.clock.advance('5 hours');
    expect(await outcome).toMatchObject({ status: 'completed', result: { total: 12 }, cleanup: { left: [] } });
    expect(troubles).toEqual([expect.stringMatching(/does not answer/), expect.stringMatching(/is back/)]);
    expect(simulator.ledger.effects('anchor.webTask')).toHaveLength(1);
    expect(simulator.ledger.open).toEqual([]);
  } finally {
    await worker.stop();
    await stage.close();
  }
}, 120_000);

test.concurrent('a server that does not answer is told in one line with the cure', async () => {
  const port = await freePort();
  const nobody = { TEMPORAL_ADDRESS: `127.0.0.1:${port}` };
  await expect(connect({ env: nobody })).rejects.toMatchObject({
    code: 'temporal-unreachable',
    message: `No Temporal server answers at 127.0.0.1:${port}.`,
    hint: expect.stringContaining('TEMPORAL_ADDRESS'),
  });
});
