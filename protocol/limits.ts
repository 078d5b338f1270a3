/**
 * Every number that both ends must agree on. Sizes are in bytes unless the name says characters
 * (UTF-16 code units); durations end in their unit.
 */
export const limits = {
  /** Longest message text, in UTF-16 units, and its longest UTF-8 form. */
  textCharacters: 4_000,
  textBytes: 16_384,
  /** From here on a composer shows how much is left. */
  textWarnCharacters: 3_800,
  nameCharacters: 80,
  emailCharacters: 254,
  passwordCharacters: 200,
  passwordMinCharacters: 8,
  titleCharacters: 200,
  noticeBodyCharacters: 4_000,
  tags: 20,
  tagCharacters: 40,
  urlCharacters: 2_000,
  attachmentsPerMessage: 9,
  imageBytes: 8 * 1024 * 1024,
  imagePixels: 25_000_000,
  imageSidePixels: 8_192,
  /** A page of history, in messages and in JSON. */
  syncMessages: 200,
  syncBytes: 256 * 1024,
  listConversations: 100,
  presenceRows: 400,
  frameBytes: 64 * 1024,
  jsonDepth: 8,
  jsonKeys: 64,
  /** Commands of one session that may wait before reading from it pauses. */
  waitingCommands: 32,
  heartbeatMs: 15_000,
  heartbeatTimeoutMs: 10_000,
  handshakeMs: 10_000,
  headsMs: 20_000,
  editWindowMs: 15 * 60_000,
  recallWindowMs: 2 * 60_000,
  reopenWindowMs: 24 * 3_600_000,
  urgeMs: 60_000,
  acknowledgementMs: 5_000,
  typingResendMs: 3_000,
  typingIdleMs: 2_000,
  typingClearMs: 5_000,
  presenceGraceMs: 10_000,
  fileUrlMs: 5 * 60_000,
  /** Longest life of a gateway token. */
  gatewayTokenS: 30 * 86_400,
} as const;
