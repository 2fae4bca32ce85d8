import { ApiExtraModels, ApiProperty } from '@nestjs/swagger';

/** What a field of a request may hold. */
export class ParameterRule {
  @ApiProperty({
    enum: ['string', 'enum', 'integer', 'number', 'boolean'],
    enumName: 'ParameterType',
    description: 'Kind of the value.',
  })
  type!: 'string' | 'enum' | 'integer' | 'number' | 'boolean';

  @ApiProperty({ required: false, description: 'Whether it has to be given.' })
  required?: boolean;

  @ApiProperty({ required: false, type: [String], description: 'The allowed values of an enum.' })
  values?: readonly string[];

  @ApiProperty({
    required: false,
    oneOf: [{ type: 'string' }, { type: 'number' }, { type: 'boolean' }, { type: 'null' }],
    description: 'What counts when it is left out; null for nothing.',
  })
  default?: string | number | boolean | null;

  @ApiProperty({ required: false, description: 'Smallest value, or fewest characters.' })
  min?: number;

  @ApiProperty({ required: false, description: 'Largest value, or most characters.' })
  max?: number;

  @ApiProperty({ required: false, type: 'integer', description: 'The value is a multiple of it.' })
  multiple_of?: number;
}

/** The answer of GET /api/generate/parameters. */
@ApiExtraModels(ParameterRule)
export class Parameters {
  @ApiProperty({
    type: 'object',
    additionalProperties: { $ref: '#/components/schemas/ParameterRule' },
    description: 'The rule of each field, by its name in a request.',
  })
  parameters!: Readonly<Record<string, ParameterRule>>;
}
