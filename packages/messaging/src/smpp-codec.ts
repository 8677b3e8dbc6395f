export {
  type Concatenation,
  type DecodedShortMessage,
  decodeShortMessage,
  type ReceivedShortMessage,
} from "./smpp/decode.js";
export { type EncodedShortMessage, encodeShortMessage } from "./smpp/encode.js";
export {
  createShortMessageReassembler,
  type ShortMessageReassembler,
  type ShortMessageReassemblerOptions,
} from "./smpp/reassembler.js";
