import { useSyncExternalStore } from "react";

const onChange = (told: () => void): (() => void) => {
  window.addEventListener("online", told);
  window.addEventListener("offline", told);
  return () => {
    window.removeEventListener("online", told);
    window.removeEventListener("offline", told);
  };
};

/** Whether this computer has a network at all; it says nothing about the bank's server. */
export const useOnline = (): boolean => useSyncExternalStore(onChange, () => navigator.onLine);
