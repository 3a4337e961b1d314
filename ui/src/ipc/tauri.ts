import { invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import type { Backend } from "./backend";

export const inTauri = (): boolean => "__TAURI_INTERNALS__" in window;

/** The use cases of the desktop application. */
export const tauri: Backend = {
  real: true,
  call: (command, input) => invoke("call", { command, input }),
  listen: (event, handler) => listen(event, ({ payload }) => handler(payload as Parameters<typeof handler>[0])),
  // Called by name: the module of windows and webviews would be five times the size of all that is used of it.
  zoom: (factor) => invoke("plugin:webview|set_webview_zoom", { label: "main", value: factor }),
  chooseFile: async ({ name, extensions }) => {
    const chosen = await invoke<string | null>("plugin:dialog|open", {
      options: { multiple: false, directory: false, filters: [{ name, extensions }] },
    });
    return chosen;
  },
  onFilesDropped: (handler) => listen<{ paths: string[] }>("tauri://drag-drop", ({ payload }) => handler(payload.paths)),
};
