import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vitest/config";

// No inlined assets and no polyfill script: the page lives under a CSP without data: fonts and without inline code.
export default defineConfig({
  plugins: [vue()],
  resolve: { alias: { "@": new URL("./src", import.meta.url).pathname } },
  build: {
    outDir: "../web/dist",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: "es2022",
    // light-dark() stays as written: these are the first browsers that know it.
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
  },
  server: { proxy: { "/api": "http://127.0.0.1:8000" } },
  test: { environment: "node", include: ["tests/**/*.spec.ts"] },
});
