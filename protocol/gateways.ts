/** The gateways of older systems' clients, by the names that settings and tokens use. */
export const gatewayNames = ["rayim", "ws", "infra-ws", "websocket", "ws-plain", "stomp"] as const;
export type GatewayName = (typeof gatewayNames)[number];
