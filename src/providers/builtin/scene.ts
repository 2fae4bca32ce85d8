import { paintAbstract } from './abstract.js';
import { type Brief } from './brief.js';
import { Flower } from './flower.js';
import { Frame } from './frame.js';
import { type Cast, paintCity, paintDesert, paintForest, paintMeadow, paintMountains, paintSea } from './landscape.js';
import { Portrait } from './portrait.js';
import { sceneIn } from './prompt-reading.js';
import { paintSpace } from './space.js';
import { StillLife } from './still-life.js';

const { abs, ceil, cos, sin } = Math;

const PLACES = ['mountains', 'sea', 'city', 'forest', 'desert', 'meadow', 'space', 'flower'] as const;

/** What fills the figure of a portrait: the place that the prompt names beside the person, else mountains. */
const paintInside = (frame: Frame, brief: Brief): Generator<number, void> => {
  const place = sceneIn(brief.request.prompt, PLACES);
  return paintScene(frame, { ...brief, reading: { ...brief.reading, scene: place ?? 'mountains' } });
};

/** Paints what the brief asks for. @param cast takes over what moves by itself under the sky; null for a picture */
export const paintScene = (frame: Frame, brief: Brief, cast: Cast | null = null): Generator<number, void> => {
  switch (brief.reading.scene) {
    case 'city':
      return paintCity(frame, brief, cast);
    case 'desert':
      return paintDesert(frame, brief, cast);
    case 'forest':
      return paintForest(frame, brief, cast);
    case 'space':
      return paintSpace(frame, brief);
    case 'still-life':
      return new StillLife(frame, brief).paint();
    case 'flower':
      return new Flower(frame, brief).paint();
    case 'portrait':
      return new Portrait(frame, brief).paint((inside) => paintInside(inside, brief));
    case 'abstract':
      return paintAbstract(frame, brief);
    case 'meadow':
      return paintMeadow(frame, brief, cast);
    case 'sea':
      return paintSea(frame, brief, cast);
    default:
      return paintMountains(frame, brief, cast);
  }
};

/**
 * An empty frame for a brief. It is larger than the print where the camera is rolled, so that the corners are filled.
 * @param overscan further factor of its sides, for a camera that moves
 */
export const frameOf = ({ request, camera }: Brief, overscan = 1): Frame => {
  const upright = cos(camera.roll);
  const turned = abs(sin(camera.roll));
  return new Frame(
    ceil((request.width * upright + request.height * turned) * overscan),
    ceil((request.height * upright + request.width * turned) * overscan),
  );
};
