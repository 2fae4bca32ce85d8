import type { RequestedDetails } from '../generation.commands.js';
import type { OrderedInputs, OrderedPicture } from '../generation.events.js';

/** A picture that a request names, and the field that names it. */
export interface NamedPicture {
  readonly id: string;
  readonly loc: readonly (string | number)[];
  /** Whether the id may be that of an artifact too. */
  readonly orArtifact: boolean;
}

/** The pictures that a job names: guidance images, then the control image, then the one that is set in motion. */
export const picturesOf = ({ guidanceImages, controlnet, image }: RequestedDetails): readonly NamedPicture[] => [
  ...guidanceImages.map(({ uploadId: id }, index) => ({
    ...{ id, loc: ['body', 'guidance_images', index, 'upload_id'], orArtifact: false },
  })),
  ...(controlnet ? [{ id: controlnet.uploadId, loc: ['body', 'controlnet', 'image'], orArtifact: false }] : []),
  ...(image === null ? [] : [{ id: image, loc: ['body', 'image'], orArtifact: true }]),
];

/** What the order says of them. @param pictures the bytes behind `picturesOf`, in its order */
export const inputsOf = (
  { guidanceImages, controlnet, image }: RequestedDetails,
  pictures: readonly OrderedPicture[],
): OrderedInputs | null => {
  if (pictures.length === 0) return null;
  const guided = guidanceImages.flatMap(({ weight }, index) => {
    const picture = pictures[index];
    return picture ? [{ ...picture, weight }] : [];
  });
  const [control, source] = controlnet
    ? [pictures[guided.length], pictures[guided.length + 1]]
    : [undefined, pictures[guided.length]];
  return {
    ...(guided.length > 0 && { guidance_images: guided }),
    ...(controlnet &&
      control && {
        controlnet: {
          ...control,
          ...{ type: controlnet.type, strength: controlnet.strength, start: controlnet.start, end: controlnet.end },
        },
      }),
    ...(image !== null && source && { image: source }),
  };
};
