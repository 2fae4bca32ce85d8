import type { StructuredPrompt } from './structured-prompt.data.js';

type PromptObject = StructuredPrompt['objects'][number];

const sentence = (...parts: readonly (string | undefined)[]): string =>
  parts
    .map((part) => part?.trim().replace(/[.,;\s]+$/u, '') ?? '')
    .filter((part) => part !== '')
    .join(', ');

const objectText = ({ number_of_objects: count, description, ...rest }: PromptObject): string => {
  const { relative_size, shape_and_color, texture, appearance_details, pose, expression, clothing, action } = rest;
  const { gender, skin_tone_and_texture, orientation, location, relationship } = rest;
  return sentence(
    ...[
      count === undefined ? description : `${String(count)} × ${description}`,
      gender,
      relative_size,
      shape_and_color,
    ],
    ...[texture, appearance_details, skin_tone_and_texture, pose, expression, clothing, action, orientation, location],
    relationship,
  );
};

/** The prompt for a model that reads plain text: everything that the structured one says, the subject first. */
export const promptText = (prompt: StructuredPrompt): string =>
  [
    sentence(prompt.short_description),
    ...prompt.objects.map(objectText),
    sentence(prompt.background_setting),
    ...(prompt.text_render ?? []).map(({ text, location, size, color, font, appearance_details }) =>
      sentence(`the text “${text}”`, location, size, color, font, appearance_details),
    ),
    photographyText(prompt),
    sentence(prompt.aesthetics.mood_atmosphere, prompt.context),
  ].join('. ');

/** The part that is about light, colour, camera and manner, which the visual parameters of Darkroom are read from. */
export const photographyText = ({
  lighting,
  aesthetics,
  photographic_characteristics: camera,
  style_medium,
  artistic_style,
}: StructuredPrompt): string =>
  sentence(
    ...[camera?.camera_angle, camera?.lens_focal_length, camera?.depth_of_field, camera?.focus],
    ...[lighting.conditions, lighting.direction, lighting.shadows],
    ...[aesthetics.composition, aesthetics.color_scheme, style_medium, artistic_style],
  );
