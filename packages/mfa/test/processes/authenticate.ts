import { openDomain } from "../open-domain.js";

// authenticate.ts URL SERIAL PASS TIMES: makes this many attempts with a password, and prints how many were accepted
const [url = "", serial = "", pass = "", times = ""] = process.argv.slice(2);
const { domain, database } = await openDomain(url);
const attempts = Array.from({ length: Number(times) }, () => domain.authentication.check({ serial, pass }));
console.log((await Promise.all(attempts)).filter((result) => result.value).length);
await database.close();
