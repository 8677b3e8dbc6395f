import { writeFile } from "node:fs/promises";
import { generatedTypes } from "../test/generated-types.js";

await writeFile(new URL("../src/api-types.ts", import.meta.url), await generatedTypes());
