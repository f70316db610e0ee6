import { CancellationScope, sleep, workflowInfo } from '@temporalio/workflow';

/** Bytes of payloads that one workflow task may send: Temporal takes no message of more than 4 MiB. */
const mostBytes = 2 * 1024 * 1024;
const property = 'perdureTaskRoom';

interface TaskRoom {
  /** Events of history at the task that goes on. */
  task: number;
  /** Sent by it so far. */
  bytes: number;
  /** Settles when the last of those that wait has its room. */
  turn?: Promise<void>;
}

/**
 * Books room for a payload in what the current workflow task sends; where there is none, gives what has to be waited for.
 * Whatever a workflow begins at once goes to the server in one message, and one that is too large would be tried for good.
 */
export function roomInTask(bytes: number): Promise<void> | undefined {
  const room = roomOfWorkflow();
  if (!room.turn && fits(room, bytes)) return undefined;
  const own = (room.turn ?? Promise.resolve()).then(() => untilItFits(room, bytes));
  room.turn = own;
  void own.then(() => {
    if (room.turn === own) room.turn = undefined;
  });
  return own;
}

async function untilItFits(room: TaskRoom, bytes: number): Promise<void> {
  // A timer ends the task. Those that are cancelled meanwhile are so where they go on.
  while (!fits(room, bytes)) await CancellationScope.nonCancellable(() => sleep(1));
}

function fits(room: TaskRoom, bytes: number): boolean {
  const { historyLength: task } = workflowInfo();
  if (room.task !== task) Object.assign(room, { task, bytes: 0 });
  if (room.bytes > 0 && room.bytes + bytes > mostBytes) return false;
  room.bytes += bytes;
  return true;
}

/** On the global object, as the names of steps are. */
function roomOfWorkflow(): TaskRoom {
  const known: unknown = Reflect.get(globalThis, property);
  if (known !== undefined) return known as TaskRoom;
  const room: TaskRoom = { task: 0, bytes: 0 };
  Reflect.set(globalThis, property, room);
  return room;
}
