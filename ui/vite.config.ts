import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { antdSheets } from "./build/antdSheets.ts";

export default defineConfig({
  base: "./",
  plugins: [react(), antdSheets()],
  // The oldest webviews we run in: WebView2 109 on Windows 7 branches, WebKitGTK of Safari 16.4's age.
  build: {
    target: ["chrome109", "safari16.4"],
    cssTarget: ["chrome109", "safari16.4"],
    // An inlined data: font or image would need a wider policy than 'self'.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
    reportCompressedSize: true,
  },
  server: { port: 5173, strictPort: true },
});
