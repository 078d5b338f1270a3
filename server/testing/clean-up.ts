type Work = () => Promise<void>;

const work: Work[] = [];

/** Has `end` called after the last test of this file, the latest first. */
export function atEnd(end: Work): void {
  work.push(end);
}

/** Ends everything that the tests of this file began. */
export async function cleanUp(): Promise<void> {
  for (const end of work.splice(0).reverse()) await end();
}
