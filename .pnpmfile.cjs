/**
 * Lets pg-boss be installed in this repository on Node.js 20, on which it is tested here, although it declares 22.12 or
 * later. This does not affect users of @bookend/engine-pgboss; its README names the versions that pg-boss declares.
 */
function readPackage(manifest) {
  if (manifest.name === "pg-boss") manifest.engines = { node: ">=20.19" };
  return manifest;
}

module.exports = { hooks: { readPackage } };
