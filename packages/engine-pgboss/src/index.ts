export { openPgBossEngine, type PgBossEngine, type PgBossEngineOptions } from "./pg-boss-engine.js";
