export { drawQrCode, type QrCodeOptions } from "./draw-qr-code.js";
