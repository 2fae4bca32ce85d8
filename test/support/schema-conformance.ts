/** A part of an OpenAPI 3.1 document, read as plain JSON. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };
export type JsonObject = Readonly<Record<string, Json>>;

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What a JSON pointer without its `#/` leads to; an empty object where there is nothing. */
export const at = (document: Json, ...path: readonly string[]): JsonObject => {
  const found = path.reduce<Json | undefined>((part, name) => (isObject(part) ? part[name] : undefined), document);
  return isObject(found) ? found : {};
};

const list = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? (value as readonly Json[]) : []);

const typeOf = (value: Json): readonly string[] => {
  if (value === null) return ['null'];
  if (Array.isArray(value)) return ['array'];
  if (typeof value === 'number') return Number.isInteger(value) ? ['integer', 'number'] : ['number'];
  return [typeof value];
};

const FORMATS: Readonly<Record<string, RegExp>> = {
  uuid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  'date-time': /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/,
  'uri-reference': /^\/[\w/.-]+(?:\?[\w=&.-]+)?$/,
  uri: /^[a-z]+:\S+$/,
};

const breaksType = (value: Json, { type, enum: allowed }: JsonObject): boolean => {
  const types = typeof type === 'string' ? [type] : list(type);
  if (types.length > 0 && !typeOf(value).some((each) => types.includes(each))) return true;
  return Array.isArray(allowed) && !list(allowed).includes(value);
};

const breaksText = (value: Json, { format, pattern }: JsonObject): boolean => {
  if (typeof value !== 'string') return false;
  if (typeof pattern === 'string' && !new RegExp(pattern).test(value)) return true;
  return typeof format === 'string' && FORMATS[format]?.test(value) === false;
};

const breaksRange = (value: Json, { minimum = -Infinity, maximum = Infinity }: JsonObject): boolean =>
  typeof value === 'number' && (value < Number(minimum) || value > Number(maximum));

const breaks = (value: Json, schema: JsonObject): boolean =>
  breaksType(value, schema) || breaksText(value, schema) || breaksRange(value, schema);

/** Judges values by the schemas of one document, more strictly than JSON Schema: a property that no schema declares is a finding. */
export class SchemaConformance {
  constructor(private readonly document: Json) {}

  /** What is wrong with the value, each with its place; nothing where it conforms. */
  findings(value: Json, schema: JsonObject, place = '$'): readonly string[] {
    const reference = schema['$ref'];
    if (typeof reference === 'string') {
      return this.findings(value, at(this.document, ...reference.slice(2).split('/')), place);
    }
    const alternatives = [...list(schema['anyOf']), ...list(schema['oneOf'])].filter(isObject);
    return [
      ...list(schema['allOf'])
        .filter(isObject)
        .flatMap((part) => this.findings(value, part, place)),
      ...(alternatives.length > 0 && alternatives.every((part) => this.findings(value, part, place).length > 0)
        ? [`${place} is none of the ${String(alternatives.length)} alternatives: ${JSON.stringify(value)}`]
        : []),
      ...(breaks(value, schema) ? [`${place} is ${JSON.stringify(value)}, not ${JSON.stringify(schema)}`] : []),
      ...this.ofObject(value, schema, place),
      ...(Array.isArray(value) && isObject(schema['items'])
        ? list(value).flatMap((item, index) => this.findings(item, at(schema, 'items'), `${place}[${String(index)}]`))
        : []),
    ];
  }

  private ofObject(value: Json, schema: JsonObject, place: string): readonly string[] {
    if (!isObject(value) || !(isObject(schema['properties']) || 'additionalProperties' in schema)) return [];
    const properties = at(schema, 'properties');
    const { required, additionalProperties: others = false } = schema;
    const missing = list(required).filter((name): name is string => typeof name === 'string' && !(name in value));
    return [
      ...missing.map((name) => `${place}.${name} is missing`),
      ...Object.entries(value).flatMap(([name, member]) => {
        const declared = properties[name] ?? others;
        if (isObject(declared)) return this.findings(member, declared, `${place}.${name}`);
        return declared === true ? [] : [`${place}.${name} is not documented`];
      }),
    ];
  }
}
