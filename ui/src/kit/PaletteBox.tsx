import "./palette.css";
import { Command } from "cmdk";
import { Search } from "lucide-react";
import { useState } from "react";
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
