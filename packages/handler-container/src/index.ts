export {
  type ContainerAdministration,
  type ContainerState,
  type ContainerType,
  containerStates,
  containerTypes,
  type NewContainer,
} from "./container-administration.js";
export { type ContainerOptions, container } from "./handler.js";
