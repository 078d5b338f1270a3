import { createStore, type StoreApi } from "zustand/vanilla";
import { readDraft, writeDraft } from "#components/realtime/drafts.ts";

/** What is being written in one conversation; a note's text stays a note's, also over a reload. */
export type Draft = { text: string; note: boolean };

/** The unsent texts of this browser, by conversation. */
export type Drafts = {
  /** Those that were read or changed in this tab. */
  readonly store: StoreApi<ReadonlyMap<string, Draft>>;
  read(conversationId: string): Draft;
  write(conversationId: string, draft: Draft): void;
};

export function createDrafts(): Drafts {
  const store = createStore<ReadonlyMap<string, Draft>>(() => new Map());
  return {
    store,
    read(id) {
      return store.getState().get(id) ?? { text: readDraft(id), note: readDraft(noteKey(id)) !== "" };
    },
    write(id, draft) {
      const known = store.getState().get(id);
      if (known?.text === draft.text && known.note === draft.note) return;
      writeDraft(id, draft.text);
      writeDraft(noteKey(id), draft.note && draft.text !== "" ? "1" : "");
      store.setState(new Map(store.getState()).set(id, draft), true);
    },
  };
}

function noteKey(id: string): string {
  return `${id}.note`;
}
