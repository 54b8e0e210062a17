import schema from "../../../signaling/protocol/schema.json";

type Schema = Readonly<Record<string, unknown>>;
const kDefinitions = schema.definitions as unknown as Readonly<Record<string, Schema>>;

/** Throws unless the message fits the definition of that name in signaling/protocol/schema.json. */
export function expectToFit(name: string, message: unknown): void {
  const definition = kDefinitions[name];
  if (!definition) throw new Error(`the schema has no ${name}`);
  const faults = faultsOf(definition, message, name);
  if (faults.length > 0) throw new Error(`against the schema: ${faults.join("; ")}`);
}

/** The part of JSON Schema (draft 4) that schema.json uses; a keyword that it does not know is a fault. */
function faultsOf(rule: Schema, value: unknown, path: string): string[] {
  return Object.entries(rule).flatMap(([keyword, wanted]) => {
    const fault = (isWrong: boolean) => (isWrong ? [`${path}: ${keyword} ${JSON.stringify(wanted)}`] : []);
    const bound = wanted as number;
    switch (keyword) {
      case "description":
      case "title":
        return [];
      case "$ref": {
        const name = String(wanted).replace("#/definitions/", "");
        return faultsOf(kDefinitions[name] ?? { [`unknown ${name}`]: true }, value, path);
      }
      case "type":
        return fault(!isOfType(value, String(wanted)));
      case "enum":
        return fault(!(wanted as unknown[]).includes(value));
      case "pattern":
        return fault(typeof value === "string" && !new RegExp(String(wanted)).test(value));
      case "minimum":
        return fault(typeof value === "number" && value < bound);
      case "maximum":
        return fault(typeof value === "number" && value > bound);
      case "minLength":
        return fault(typeof value === "string" && value.length < bound);
      case "maxLength":
        return fault(typeof value === "string" && value.length > bound);
      case "minItems":
        return fault(Array.isArray(value) && value.length < bound);
      case "maxItems":
        return fault(Array.isArray(value) && value.length > bound);
      case "items":
        return Array.isArray(value)
          ? value.flatMap((item, i) => faultsOf(wanted as Schema, item, `${path}[${i}]`))
          : [];
      case "required":
        return fault(isObject(value) && !(wanted as string[]).every((key) => key in value));
      case "properties":
        return Object.entries(wanted as Record<string, Schema>).flatMap(([key, inner]) =>
          isObject(value) && key in value ? faultsOf(inner, value[key], `${path}.${key}`) : [],
        );
      case "additionalProperties": {
        const named = Object.keys((rule.properties as object | undefined) ?? {});
        return Object.entries(isObject(value) ? value : {}).flatMap(([key, item]) =>
          named.includes(key) ? [] : faultsOf(wanted as Schema, item, `${path}.${key}`),
        );
      }
      case "anyOf":
        return fault(!(wanted as Schema[]).some((option) => faultsOf(option, value, path).length === 0));
      case "oneOf":
        return fault(
          (wanted as Schema[]).filter((option) => faultsOf(option, value, path).length === 0).length !== 1,
        );
      default:
        return [`${path}: unknown keyword ${keyword}`];
    }
  });
}

function isOfType(value: unknown, type: string): boolean {
  switch (type) {
    case "integer":
      return Number.isInteger(value);
    case "array":
      return Array.isArray(value);
    case "object":
      return isObject(value);
    case "null":
      return value === null;
    default:
      return typeof value === type;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
