/** When a UUIDv7 was made, in milliseconds: its first 48 bits. Null for any other id. */
export function bornAt(id: string): number | null {
  if (id[14] !== "7") return null;
  const ms = Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
  return Number.isFinite(ms) ? ms : null;
}
