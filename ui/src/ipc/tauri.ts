import { invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import { getCurrentWebview } from "@tauri-apps/api/webview";
import type { Backend } from "./backend";

export const inTauri = (): boolean => "__TAURI_INTERNALS__" in window;

/** The use cases of the desktop application. */
export const tauri: Backend = {
  real: true,
  call: (command, input) => invoke(command, { input }),
  listen: (event, handler) => listen(event, ({ payload }) => handler(payload as Parameters<typeof handler>[0])),
  zoom: (factor) => getCurrentWebview().setZoom(factor),
  chooseFile: async ({ name, extensions }) => {
    const chosen = await invoke<string | null>("plugin:dialog|open", { options: { multiple: false, directory: false, filters: [{ name, extensions }] } });
    return chosen;
  },
  onFilesDropped: (handler) =>
    getCurrentWebview().onDragDropEvent(({ payload }) => {
      if (payload.type === "drop") handler(payload.paths);
    }),
};
