import "i18next";
import type zh from "../locales/zh-CN.json";

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "translation";
    resources: { translation: typeof zh };
    contextSeparator: "|";
    returnNull: false;
  }
}
