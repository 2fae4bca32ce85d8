/** What a FIBO structured prompt holds; the fields are described in structured-prompt.dto.ts. */
export interface StructuredPrompt {
  readonly short_description: string;
  readonly objects: readonly {
    readonly description: string;
    readonly location: string;
    readonly relationship: string;
    readonly relative_size?: string;
    readonly shape_and_color?: string;
    readonly texture?: string;
    readonly appearance_details?: string;
    readonly number_of_objects?: number;
    readonly pose?: string;
    readonly expression?: string;
    readonly clothing?: string;
    readonly action?: string;
    readonly gender?: string;
    readonly skin_tone_and_texture?: string;
    readonly orientation?: string;
  }[];
  readonly background_setting: string;
  readonly lighting: {
    readonly conditions: string;
    readonly direction: string;
    readonly shadows?: string;
  };
  readonly aesthetics: {
    readonly composition: string;
    readonly color_scheme: string;
    readonly mood_atmosphere: string;
    readonly preference_score?: string;
    readonly aesthetic_score?: string;
  };
  readonly photographic_characteristics?: {
    readonly depth_of_field: string;
    readonly focus: string;
    readonly camera_angle: string;
    readonly lens_focal_length: string;
  };
  readonly style_medium?: string;
  readonly text_render?: readonly {
    readonly text: string;
    readonly location: string;
    readonly size: string;
    readonly color: string;
    readonly font: string;
    readonly appearance_details?: string;
  }[];
  readonly context: string;
  readonly artistic_style?: string;
}
