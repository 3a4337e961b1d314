import { cleanup, configure } from "@testing-library/react";
import { afterEach, beforeAll } from "vitest";
import { startWords } from "../src/app/i18n";
import { forgetPlaces } from "../src/kit/grid/memory";
import { useRegistry } from "../src/kit/keys/actions";

/** The window has no layout here: lists are told that there is room for them. */
const SIZE = { offsetHeight: 600, offsetWidth: 1000, clientHeight: 600, clientWidth: 1000 };

// On a busy machine a screen needs more than the usual second.
configure({ asyncUtilTimeout: 8000 });

beforeAll(async () => {
  for (const [name, value] of Object.entries(SIZE))
    Object.defineProperty(HTMLElement.prototype, name, { configurable: true, get: () => value });
  await startWords("zh-CN");
});

afterEach(() => {
  cleanup();
  localStorage.clear();
  forgetPlaces();
  useRegistry.setState({ actions: [], overrides: {}, singleKeys: true, permissions: null, dialogs: 0, pending: null });
});
