import { chown, open, rename, stat } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Writes a whole file so that a crash leaves the former or the new one, on disk. It belongs to the owner of its
 * folder, so that root may start what an ordinary user has made, and that user again afterwards.
 */
export async function replaceFile(path: string, content: string, mode: number): Promise<void> {
  const unfinished = `${path}.${process.pid}`;
  const file = await open(unfinished, "w", mode);
  try {
    await file.writeFile(content);
    await file.chmod(mode);
    await file.sync();
  } finally {
    await file.close();
  }
  if (process.getuid?.() === 0) {
    const { uid, gid } = await stat(dirname(path));
    await chown(unfinished, uid, gid);
  }
  await rename(unfinished, path);
}
