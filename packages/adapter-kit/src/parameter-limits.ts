/** The limits of a request; a larger request is refused before it is processed further. */
export interface ParameterLimits {
  /** Fields of the query, and fields of a form. @default 1000 */
  readonly fields: number;
  /** Values in a JSON body, at any depth. @default 10000 */
  readonly values: number;
  /** Characters in the name of a parameter, at any depth. @default 200 */
  readonly nameLength: number;
  /** Levels of objects and lists in a JSON body, the outermost included. @default 32 */
  readonly depth: number;
}

/** The limits that apply unless the host sets others. */
export const defaultParameterLimits: ParameterLimits = { fields: 1_000, values: 10_000, nameLength: 200, depth: 32 };
