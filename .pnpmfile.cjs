/**
 * pg-boss declares Node.js 22.12 and later; it is tested here on 20, too. Whoever installs @bookend/engine-pgboss decides by themselves: its README
 * says what pg-boss declares.
 */
function readPackage(manifest) {
  if (manifest.name === "pg-boss") manifest.engines = { node: ">=20.19" };
  return manifest;
}

module.exports = { hooks: { readPackage } };
