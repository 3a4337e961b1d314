import "./page.css";
import { type ReactNode, useEffect } from "react";

export interface PageProps {
  /** The one h1 of the screen, and the title of the window. */
  title: string;
  /** Beside the title: a count, a status pill. */
  aside?: ReactNode;
  /** On the right of the title; the primary action last. */
  actions?: ReactNode;
  /** A second row: search, filters, view tabs. */
  toolbar?: ReactNode;
  /** `fill`: the content takes the height that is left and scrolls within itself, as lists do. `text`: a column to read. */
  layout?: "scroll" | "fill" | "text";
  children: ReactNode;
}

/** Frame of a screen: title, actions, toolbar, content. */
export function Page(p: PageProps) {
  useEffect(() => {
    document.title = p.title;
  }, [p.title]);
  return (
    <div className={`lq-page lq-page-${p.layout ?? "scroll"}`}>
      <header className="lq-page-head">
        <h1>{p.title}</h1>
        {p.aside && <div className="lq-page-aside">{p.aside}</div>}
        {p.actions && <div className="lq-page-actions">{p.actions}</div>}
      </header>
      {p.toolbar && <div className="lq-page-toolbar">{p.toolbar}</div>}
      <div className="lq-page-body">{p.children}</div>
    </div>
  );
}

/** A titled part of a page. */
export function Section(p: { title: string; aside?: ReactNode; children: ReactNode }) {
  return (
    <section className="lq-section" aria-label={p.title}>
      <header>
        <h2>{p.title}</h2>
        {p.aside}
      </header>
      {p.children}
    </section>
  );
}
