// example.ts: count enrolled tokens
import { createBookend, createCall, memoryBindings } from "@bookend/core";
import { counter, memoryCounters } from "@bookend/handler-counter";

const counters = memoryCounters();
const options = { counter_name: "enrolled" };
const binding = {
  name: "count enrolments",
  events: ["token_init"],
  handler: "Counter",
  action: "increase_counter",
  options,
};
const bookend = createBookend({ handlers: [counter({ counters })], bindings: memoryBindings([binding]) });
await bookend.handle(createCall({ event: "token_init" }), () => ({ status: 200, body: {} }));

console.log(counters.value("enrolled")); // 1
