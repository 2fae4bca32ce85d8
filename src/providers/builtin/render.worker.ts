import { type MessagePort, parentPort } from 'node:worker_threads';
import { ProviderError } from '../image-provider.port.js';
import { type Drive, produceFiles } from './produce.js';
import { type RenderedFiles, type RenderReport, type RenderTask } from './render-messages.js';

/** Progress in smaller steps would only cost messages. */
const PROGRESS_STEP = 0.04;

/** Runs work band by band; null when the task was stopped. */
const untilStopped = (task: RenderTask, report: (message: RenderReport) => void): Drive => {
  const stop = new Int32Array(task.stop);
  let told = 0;
  return (work, share) => {
    for (;;) {
      if (Atomics.load(stop, 0) !== 0) return null;
      const step = work.next();
      if (step.done === true) return { result: step.value };
      if (step.value * share - told >= PROGRESS_STEP) {
        told = step.value * share;
        report({ type: 'progress', id: task.id, progress: told });
      }
    }
  };
};

/** The encoders' memory belongs to native code and cannot change its thread; this copy can, and the main thread copies nothing. */
const moved = (bytes: Uint8Array): ArrayBuffer => {
  const copy = new ArrayBuffer(bytes.length);
  new Uint8Array(copy).set(bytes);
  return copy;
};

const movedFiles = ({ content, poster, preview }: RenderedFiles<Uint8Array>): RenderedFiles<ArrayBuffer> => ({
  content: moved(content),
  ...(poster !== undefined && { poster: moved(poster) }),
  ...(preview !== undefined && { preview: moved(preview) }),
});

const perform = async (task: RenderTask, port: MessagePort): Promise<void> => {
  const drive = untilStopped(task, (message) => {
    port.postMessage(message);
  });
  const produced = await produceFiles(task.order, drive);
  if (produced === null) {
    port.postMessage({ type: 'stopped', id: task.id } satisfies RenderReport);
    return;
  }
  const files = movedFiles(produced);
  const buffers = [files.content, files.poster, files.preview].filter((each) => each !== undefined);
  port.postMessage({ type: 'rendered', id: task.id, files } satisfies RenderReport, buffers);
};

if (parentPort !== null) {
  const port = parentPort;
  port.on('message', (task: RenderTask) => {
    perform(task, port).catch((error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      const category = error instanceof ProviderError ? error.category : 'unknown';
      port.postMessage({ type: 'failed', id: task.id, category, message } satisfies RenderReport);
    });
  });
}
