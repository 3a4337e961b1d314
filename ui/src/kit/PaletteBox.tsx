import "./palette.css";
import { Command } from "cmdk";
import { Search } from "lucide-react";
import { type KeyboardEvent, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Dialog } from "./Dialog";
import { Keys } from "./keys/Keys";
import type { PaletteProps } from "./Palette";
import { useLasting } from "./states";

/** cmdk inside our own dialog: its own one sets style attributes that the content security policy blocks. */
export default function PaletteBox(p: PaletteProps) {
  const { t } = useTranslation();
  const busy = useLasting(p.busy ?? false);
  const [chosen, choose] = useChosen(p);
  const onKeyDown = useEnter(p, chosen);
  const some = p.groups.some((group) => group.items.length > 0);
  return (
    <Dialog open={p.open} bare title={t("palette.title")} onClose={p.onClose} footer={null} width={600}>
      <Command
        className="lq-palette"
        label={t("palette.title")}
        shouldFilter={false}
        filter={() => 1}
        loop
        value={chosen}
        onValueChange={choose}
        onKeyDown={onKeyDown}
      >
        <div className="lq-palette-top">
          <Search size={16} aria-hidden />
          <Command.Input
            autoFocus
            value={p.query}
            onValueChange={p.onQuery}
            placeholder={t("palette.placeholder")}
            aria-label={t("palette.placeholder")}
          />
        </div>
        <Command.List label={t("palette.title")}>
          {p.groups.map((group) =>
            group.items.length === 0 ? null : (
              <Command.Group key={group.heading} heading={group.heading}>
                {group.items.map((item) => (
                  <Command.Item key={item.id} value={item.id} onSelect={item.run}>
                    <span className="lq-palette-icon">{item.icon}</span>
                    <span className="lq-palette-label">{item.label}</span>
                    {item.detail && <span className="lq-palette-detail">{item.detail}</span>}
                    {item.keys && <Keys combo={item.keys} />}
                  </Command.Item>
                ))}
              </Command.Group>
            ),
          )}
        </Command.List>
        <div className="lq-palette-foot" role="status">
          {busy ? t("palette.busy") : some || p.query.trim() === "" ? t("palette.hint") : t("palette.empty", { text: p.query })}
        </div>
      </Command>
    </Dialog>
  );
}

/** The entry that Enter opens: the first, until the user walks; a new text begins anew. */
function useChosen(p: PaletteProps): [string, (id: string) => void] {
  const [walked, setWalked] = useState<{ query: string; id: string } | null>(null);
  const ids = p.groups.flatMap((group) => group.items.map((item) => item.id));
  const stands = walked?.query === p.query && ids.includes(walked.id);
  return [stands ? walked.id : (ids[0] ?? ""), (id) => setWalked({ query: p.query, id })];
}

/**
 * Who types fast presses Enter before the answer is there. What is shown until then fits an earlier text and must not open:
 * Enter is kept, and opens what is chosen once the entries answer the text it was pressed on.
 */
function useEnter(p: PaletteProps, chosen: string): (event: KeyboardEvent) => void {
  const [kept, keep] = useState<string | null>(null);
  useEffect(() => {
    if (kept === null || (p.stale && kept === p.query)) return;
    keep(null);
    if (kept !== p.query) return;
    const items = p.groups.flatMap((group) => group.items);
    items.find((item) => item.id === chosen)?.run();
  }, [kept, chosen, p.stale, p.query, p.groups]);
  return (event) => {
    if (event.key !== "Enter" || event.nativeEvent.isComposing || event.keyCode === 229 || !p.stale) return;
    event.preventDefault();
    keep(p.query);
  };
}
