/** What a process reports of itself: bytes resident, and bytes of its heap after a collection. */
export interface Sample {
  rss: number;
  heap: number;
}

/** The memory of one life of a process. */
export interface Life {
  who: 'client' | 'worker';
  samples: Sample[];
}

const mebibyte = 1024 * 1024;
/** Fewer samples than these say nothing. */
const fewestSamples = 16;
/** By how much the end of a life may be above its second quarter. */
const allowed = { share: 1.25, heap: 16 * mebibyte, rss: 64 * mebibyte };

/** How a process went about memory: medians of its second and of its last quarter, in MiB. */
export interface Flatness {
  who: Life['who'];
  samples: number;
  heapMiB: [early: number, late: number];
  rssMiB: [early: number, late: number];
  flat: boolean;
}

/**
 * Compares the last quarter of each life with its second: the first is warming up. The client's heap and the worker's
 * resident memory are judged; the workflows of a worker lie in threads, whose heaps are not in its own.
 */
export function judgeMemory(lives: readonly Life[]): Flatness[] {
  return lives
    .filter(({ samples }) => samples.length >= fewestSamples)
    .map(({ who, samples }) => {
      const early = quarter(samples, 1);
      const late = quarter(samples, 3);
      const heap: [number, number] = [median(early, 'heap'), median(late, 'heap')];
      const rss: [number, number] = [median(early, 'rss'), median(late, 'rss')];
      const [before, after] = who === 'client' ? heap : rss;
      const most = before * allowed.share + (who === 'client' ? allowed.heap : allowed.rss);
      const inMiB = ([a, b]: [number, number]): [number, number] => [inMebibytes(a), inMebibytes(b)];
      return { who, samples: samples.length, heapMiB: inMiB(heap), rssMiB: inMiB(rss), flat: after <= most };
    });
}

function quarter(samples: readonly Sample[], index: number): Sample[] {
  const size = samples.length / 4;
  return samples.slice(Math.floor(index * size), Math.floor((index + 1) * size));
}

function median(samples: readonly Sample[], field: keyof Sample): number {
  const values = samples.map((sample) => sample[field]).toSorted((a, b) => a - b);
  return values[Math.floor(values.length / 2)] ?? 0;
}

function inMebibytes(bytes: number): number {
  return Math.round((bytes / mebibyte) * 10) / 10;
}
