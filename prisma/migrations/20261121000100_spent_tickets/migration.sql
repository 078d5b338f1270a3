-- CreateTable
CREATE TABLE "SpentTicket" (
    "id" UUID NOT NULL,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "SpentTicket_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "SpentTicket_expiresAt_idx" ON "SpentTicket"("expiresAt");
