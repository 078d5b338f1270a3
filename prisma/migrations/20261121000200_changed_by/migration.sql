-- AlterTable
ALTER TABLE "Message" ADD COLUMN "changedXid" xid8;

-- AlterTable
ALTER TABLE "Conversation" ADD COLUMN "changedXid" xid8 NOT NULL DEFAULT pg_current_xact_id();

-- AlterTable
ALTER TABLE "ReadMark" ADD COLUMN "xid" xid8 NOT NULL DEFAULT pg_current_xact_id();

-- CreateIndex
CREATE INDEX "Conversation_changedXid_idx" ON "Conversation"("changedXid");

-- CreateIndex
CREATE INDEX "ReadMark_xid_idx" ON "ReadMark"("xid");

-- What the schema language cannot say: edits and recalls are few.
CREATE INDEX "Message_changedXid_idx" ON "Message"("changedXid") WHERE "changedXid" IS NOT NULL;
