-- A new id of ours (UUIDv7, RFC 9562), where rows are made by the database itself.
CREATE FUNCTION new_id() RETURNS uuid LANGUAGE sql VOLATILE AS $$
  SELECT encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
    PLACING substring(int8send(floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3) FROM 1 FOR 6), 52, 1), 53, 1), 'hex')::uuid
$$;

-- AlterTable
ALTER TABLE "User" ADD COLUMN     "service" TEXT;

-- CreateTable
CREATE TABLE "ApiKey" (
    "id" UUID NOT NULL,
    "userId" UUID NOT NULL,
    "hash" BYTEA NOT NULL,
    "hint" TEXT NOT NULL,
    "scopes" TEXT[],
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "createdById" UUID,
    "lastUsedAt" TIMESTAMPTZ(3),

    CONSTRAINT "ApiKey_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "IdempotentAnswer" (
    "userId" UUID NOT NULL,
    "key" BYTEA NOT NULL,
    "request" BYTEA NOT NULL,
    "answer" BYTEA NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "IdempotentAnswer_pkey" PRIMARY KEY ("userId","key")
);

-- CreateTable
CREATE TABLE "WebhookEndpoint" (
    "id" UUID NOT NULL,
    "url" TEXT NOT NULL,
    "events" TEXT[],
    "secret" BYTEA NOT NULL,
    "disabledAt" TIMESTAMPTZ(3),
    "gone" BOOLEAN NOT NULL DEFAULT false,
    "createdById" UUID,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "WebhookEndpoint_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "WebhookDelivery" (
    "id" UUID NOT NULL DEFAULT new_id(),
    "endpointId" UUID NOT NULL,
    "type" TEXT NOT NULL,
    "subject" JSONB NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    "xid" xid8 NOT NULL DEFAULT pg_current_xact_id(),
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "nextAt" TIMESTAMPTZ(3) DEFAULT clock_timestamp(),
    "deliveredAt" TIMESTAMPTZ(3),
    "triedAt" TIMESTAMPTZ(3),
    "status" INTEGER,
    "error" TEXT,

    CONSTRAINT "WebhookDelivery_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "ApiKey_userId_key" ON "ApiKey"("userId");

-- CreateIndex
CREATE UNIQUE INDEX "ApiKey_hash_key" ON "ApiKey"("hash");

-- CreateIndex
CREATE INDEX "IdempotentAnswer_createdAt_idx" ON "IdempotentAnswer"("createdAt");

-- CreateIndex
CREATE INDEX "WebhookDelivery_endpointId_id_idx" ON "WebhookDelivery"("endpointId", "id");

-- CreateIndex
CREATE UNIQUE INDEX "User_service_key" ON "User"("service");

-- AddForeignKey
ALTER TABLE "ApiKey" ADD CONSTRAINT "ApiKey_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "WebhookDelivery" ADD CONSTRAINT "WebhookDelivery_endpointId_fkey" FOREIGN KEY ("endpointId") REFERENCES "WebhookEndpoint"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What the schema language cannot say.

CREATE INDEX "WebhookDelivery_due_idx" ON "WebhookDelivery"("endpointId", "nextAt") WHERE "nextAt" IS NOT NULL;

-- Notes an event for every endpoint that wants it, within the transaction that causes it. Whatever changes the same
-- thing again in that transaction is the same event.
CREATE FUNCTION tell_webhooks(event text, about jsonb) RETURNS void LANGUAGE sql AS $$
  INSERT INTO "WebhookDelivery" ("endpointId", "type", "subject")
  SELECT e."id", event, about FROM "WebhookEndpoint" e
   WHERE e."disabledAt" IS NULL AND event = ANY(e."events")
     AND NOT EXISTS (
       SELECT FROM "WebhookDelivery" d
        WHERE d."endpointId" = e."id" AND d."nextAt" >= transaction_timestamp() - interval '1 second'
          AND d."xid" = pg_current_xact_id() AND d."type" = event AND d."subject" = about)
$$;

CREATE FUNCTION tell_of_conversation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM tell_webhooks(CASE TG_OP WHEN 'INSERT' THEN 'conversation.created' ELSE 'conversation.updated' END, jsonb_build_object('conversationId', NEW."id"));
  RETURN NULL;
END
$$;
-- Storing a message sets none of these columns, so it does not even look here.
CREATE TRIGGER "Conversation_told_created" AFTER INSERT ON "Conversation" FOR EACH ROW EXECUTE FUNCTION tell_of_conversation();
CREATE TRIGGER "Conversation_told_updated" AFTER UPDATE OF "status", "assigneeId", "priority", "tags", "snoozedUntil", "customerId" ON "Conversation" FOR EACH ROW
  WHEN (ROW(OLD."status", OLD."assigneeId", OLD."priority", OLD."tags", OLD."snoozedUntil", OLD."customerId")
    IS DISTINCT FROM ROW(NEW."status", NEW."assigneeId", NEW."priority", NEW."tags", NEW."snoozedUntil", NEW."customerId"))
  EXECUTE FUNCTION tell_of_conversation();

CREATE FUNCTION tell_of_customer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM tell_webhooks('customer.created', jsonb_build_object('userId', NEW."id"));
  RETURN NULL;
END
$$;
CREATE TRIGGER "User_told_created" AFTER INSERT ON "User" FOR EACH ROW WHEN (NEW."role" = 'customer') EXECUTE FUNCTION tell_of_customer();

CREATE FUNCTION tell_of_waiter() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN PERFORM tell_webhooks('waiter.registered', jsonb_build_object('userId', NEW."userId"));
  ELSE PERFORM tell_webhooks('waiter.unregistered', jsonb_build_object('userId', OLD."userId"));
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER "Waiter_told" AFTER INSERT OR DELETE ON "Waiter" FOR EACH ROW EXECUTE FUNCTION tell_of_waiter();

CREATE FUNCTION tell_of_notice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM tell_webhooks('notice.published', jsonb_build_object('noticeId', NEW."id"));
  RETURN NULL;
END
$$;
CREATE TRIGGER "Notice_told_published" AFTER UPDATE OF "status" ON "Notice" FOR EACH ROW
  WHEN (NEW."status" = 'published' AND OLD."status" IS DISTINCT FROM NEW."status") EXECUTE FUNCTION tell_of_notice();
