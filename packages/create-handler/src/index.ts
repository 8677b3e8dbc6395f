export { type CreatedHandler, createHandler } from "./create-handler.js";
export { type HandlerAnswers, HandlerAnswersError } from "./handler-answers.js";
