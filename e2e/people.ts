/** The first admin of the product under test. */
export const admin = { email: "owner@example.test", password: "correct horse battery staple" } as const;
