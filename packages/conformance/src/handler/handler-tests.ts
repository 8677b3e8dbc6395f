import type { ConformanceTest } from "../conformance-test.js";
import { deliveryTests } from "./delivery-tests.js";
import { descriptionTests } from "./description-tests.js";
import { effectTests } from "./effect-tests.js";
import type { HandlerSubject, MakeHandler, Peers } from "./handler-subject.js";
import { optionTests } from "./option-tests.js";
import { readmeTests } from "./readme-tests.js";
import { secretTests } from "./secret-tests.js";
import { withTestBed } from "./test-bed.js";

/**
 * Returns the tests of a handler, for any runner: `for (const { name, run } of handlerTests(make, subject)) test(name,
 * run)`. Each test starts the peers and creates a new handler, so that tests can run in any order and concurrently.
 */
export function handlerTests<P extends Peers>(
  make: MakeHandler<P>,
  subject: HandlerSubject<P>,
): readonly ConformanceTest[] {
  const all = [
    ...descriptionTests,
    ...optionTests,
    ...secretTests,
    ...effectTests,
    ...deliveryTests,
    ...(subject.readme ? readmeTests : []),
  ];
  return all.map(({ name, run }) => ({
    name,
    // a test reads only the parts of a subject that do not depend on the type of its peers
    run: () => withTestBed(make, subject, (bed) => run(bed, subject as unknown as HandlerSubject<Peers>)),
  }));
}
