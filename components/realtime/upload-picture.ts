import { toCommandError } from "./command-error.ts";
import { prepareImage } from "./image.ts";
import type { UploadTarget, Uploaded } from "./outbox-files.ts";
import type { StoredFile } from "./outbox-store.ts";
import type { TokenSource } from "./tokens.ts";
import { uploadFile } from "./upload.ts";

/** Makes a picture small and anonymous, and uploads it. Errors: CommandError. */
export async function uploadPicture(file: StoredFile, target: UploadTarget, { tokens, url }: { tokens: TokenSource; url: string }): Promise<Uploaded> {
  const prepared = await prepareImage(file.blob, file.name);
  const { blob, name } = prepared ?? file;
  const { token } = await tokens.current();
  try {
    const attachment = await uploadFile({ ...target, url: `${url}/api/v1/attachments`, token, blob, name });
    return { attachment, width: prepared?.width ?? attachment.width, height: prepared?.height ?? attachment.height };
  } catch (error) {
    if (toCommandError(error).code === "unauthenticated") await tokens.renew();
    throw error;
  }
}
