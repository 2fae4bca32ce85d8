import {
  ImageProvider,
  type PollResult,
  type ProducedImage,
  type Submission,
} from '../../src/providers/image-provider.port.js';

/** A vendor that does what the test says, and remembers which jobs it was asked to cancel. */
export class ScriptedVendor extends ImageProvider {
  readonly id = 'scripted';
  readonly name = 'Scripted';
  readonly models = [
    {
      id: 'any',
      name: 'Any',
      types: ['image'],
      capabilities: ['text-to-image'],
      limits: {},
      version: '1',
      price: { unit: 'image', usd: 0, included_pixels: null, guidance_image_usd: 0, controlnet_usd: 0 },
    },
  ] as const;
  readonly idempotentSubmit = false;
  readonly unavailableBecause = null;
  readonly cancelled: string[] = [];
  onSubmit: () => Promise<Submission> = () => Promise.resolve({ status: 'accepted', jobId: 'job-1' });
  onCancel: (jobId: string) => Promise<void> = () => Promise.resolve();

  override submit(): Promise<Submission> {
    return this.onSubmit();
  }
  override poll(): Promise<PollResult> {
    return Promise.resolve({ status: 'running', progress: null, pollAfterMs: 10 });
  }
  override fetch(): Promise<readonly ProducedImage[]> {
    return Promise.resolve([]);
  }
  override async cancel(jobId: string): Promise<void> {
    await this.onCancel(jobId);
    this.cancelled.push(jobId);
  }
  override close(): Promise<void> {
    return Promise.resolve();
  }
}
