/** Without letters and digits that are taken for each other. */
const alphabet = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
const length = 16;

/** Makes a password of 92 random bits, to be handed over once. */
export function makePassword(): string {
  // Bytes above the largest multiple of the alphabet would favour its first characters.
  const fair = 256 - (256 % alphabet.length);
  let password = "";
  while (password.length < length) {
    for (const byte of crypto.getRandomValues(new Uint8Array(length))) {
      if (byte < fair && password.length < length) password += alphabet.charAt(byte % alphabet.length);
    }
  }
  return password;
}
