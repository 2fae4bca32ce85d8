import { type MessagePort, parentPort } from 'node:worker_threads';
import { type Pixels } from './develop.js';
import { encode } from './encode.js';
import { renderPicture } from './render.js';
import { type RenderReport, type RenderTask } from './render-messages.js';

/** Progress in smaller steps would only cost messages. */
const PROGRESS_STEP = 0.04;
/** Share of the work that is done when the pixels are there and only the encoding remains. */
const RENDERED = 0.9;

/** Renders band by band; null when the task was stopped. */
const renderUntilStopped = (task: RenderTask, report: (message: RenderReport) => void): Pixels | null => {
  const stop = new Int32Array(task.stop);
  const work = renderPicture(task.request);
  let told = 0;
  for (;;) {
    if (Atomics.load(stop, 0) !== 0) return null;
    const step = work.next();
    if (step.done === true) return step.value;
    if (step.value * RENDERED - told >= PROGRESS_STEP) {
      told = step.value * RENDERED;
      report({ type: 'progress', id: task.id, progress: told });
    }
  }
};

const perform = async (task: RenderTask, port: MessagePort): Promise<void> => {
  const pixels = renderUntilStopped(task, (message) => {
    port.postMessage(message);
  });
  if (pixels === null) {
    port.postMessage({ type: 'stopped', id: task.id } satisfies RenderReport);
    return;
  }
  const encoded = await encode(pixels, task.format);
  // The encoder's memory belongs to native code and cannot change its thread; this copy can, and the main thread copies nothing.
  const content = new ArrayBuffer(encoded.length);
  new Uint8Array(content).set(encoded);
  port.postMessage({ type: 'rendered', id: task.id, content } satisfies RenderReport, [content]);
};

if (parentPort !== null) {
  const port = parentPort;
  port.on('message', (task: RenderTask) => {
    perform(task, port).catch((error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      port.postMessage({ type: 'failed', id: task.id, message } satisfies RenderReport);
    });
  });
}
