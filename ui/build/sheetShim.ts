/**
 * Stands in for Ant Design's style injection: the same functions, kept in `document.adoptedStyleSheets`, which the content
 * security policy allows because no markup is parsed. Callers mark what they get back with attributes, hence the detached element.
 */
interface Kept {
  css: string;
  sheet: CSSStyleSheet;
  mark: HTMLElement;
}

const kept = new Map<string, Kept>();

const publish = (): void => {
  const ours = new Set([...kept.values()].map((one) => one.sheet));
  const others = document.adoptedStyleSheets.filter((sheet) => !ours.has(sheet));
  document.adoptedStyleSheets = [...ours, ...others];
};

export function updateCSS(css: string, key: string): HTMLElement {
  const old = kept.get(key);
  if (old) {
    if (old.css !== css) {
      old.sheet.replaceSync(css);
      old.css = css;
    }
    return old.mark;
  }
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  const mark = document.createElement("template");
  kept.set(key, { css, sheet, mark });
  publish();
  return mark;
}

export function removeCSS(key: string): void {
  const old = kept.get(key);
  if (!old) return;
  kept.delete(key);
  document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== old.sheet);
}

let anonymous = 0;

export function injectCSS(css: string): HTMLElement {
  anonymous += 1;
  return updateCSS(css, `anonymous-${anonymous}`);
}

export function clearContainerCache(): void {
  // There is no container: sheets belong to the document.
}

export function getShadowRoot(node: Node | null | undefined): ShadowRoot | null {
  const root = node?.getRootNode();
  return root instanceof ShadowRoot ? root : null;
}

const told = new Set<string>();

/** antd's icons import this from the replaced module; it speaks in development only. */
export function warningOnce(valid: boolean, message: string): void {
  if (valid || told.has(message)) return;
  told.add(message);
}
export const warning = warningOnce;
