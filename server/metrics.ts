import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";

/** What `/metrics` shows of one node. Labels never hold ids of people. */
export type Metrics = {
  readonly registry: Registry;
  /** Seconds; `route` is the pattern, never the path. */
  readonly httpRequestDuration: Histogram<"method" | "route" | "status">;
  readonly socketConnections: Gauge<"role">;
  /** Stored messages. `sender` is the role, `channel` the gateway. */
  readonly messages: Counter<"sender" | "channel">;
  /** Seconds from the commit of a message to its delivery on this node; `path` is local, bus or sweep. */
  readonly messageDelivery: Histogram<"path">;
  /** Messages of the bus between nodes: sent, failed (not published), received, repeated, refused (not signed by a node of ours). */
  readonly busMessages: Counter<"result">;
  readonly queueWaiting: Gauge;
  readonly conversationsOpen: Gauge;
  readonly jobs: Counter<"type" | "result">;
  readonly webhookDeliveries: Counter<"result">;
  /** Always 1; says what runs. */
  readonly build: Gauge<"version" | "commit">;
};

const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Makes the metrics of one node in a registry of its own, so that several nodes can live in one process. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry, prefix: "xiaoer_" });
  return {
    registry,
    httpRequestDuration: new Histogram({
      name: "xiaoer_http_request_duration_seconds", help: "Time to answer an HTTP request.",
      labelNames: ["method", "route", "status"], buckets: seconds, registers,
    }),
    socketConnections: new Gauge({ name: "xiaoer_socket_connections", help: "Live sessions on this node.", labelNames: ["role"], registers }),
    messages: new Counter({ name: "xiaoer_messages_total", help: "Messages stored by this node.", labelNames: ["sender", "channel"], registers }),
    messageDelivery: new Histogram({
      name: "xiaoer_message_delivery_seconds", help: "From the commit of a message to its delivery.",
      labelNames: ["path"], buckets: seconds, registers,
    }),
    busMessages: new Counter({ name: "xiaoer_bus_messages_total", help: "Messages between nodes.", labelNames: ["result"], registers }),
    queueWaiting: new Gauge({ name: "xiaoer_queue_waiting", help: "Conversations that wait for an answer.", registers }),
    conversationsOpen: new Gauge({ name: "xiaoer_conversations_open", help: "Conversations that are not resolved.", registers }),
    jobs: new Counter({ name: "xiaoer_jobs_total", help: "Background jobs done.", labelNames: ["type", "result"], registers }),
    webhookDeliveries: new Counter({ name: "xiaoer_webhook_deliveries_total", help: "Webhook attempts.", labelNames: ["result"], registers }),
    build: new Gauge({ name: "xiaoer_build_info", help: "What runs.", labelNames: ["version", "commit"], registers }),
  };
}
