import { useId } from "react";
import { useTranslation } from "react-i18next";
import { TAG_COLOURS, TagChip } from "../../kit/pills";

/** The colours a tag may have, each with its word, and how the tag will look. */
export function ColourChoice(p: { value: string; name: string; onChange: (colour: string) => void }) {
  const { t } = useTranslation();
  const group = useId();
  return (
    <fieldset className="lq-tags-colours">
      <legend>{t("tags.colour")}</legend>
      <div>
        {TAG_COLOURS.map((colour) => (
          <label key={colour} className={colour === p.value ? "lq-tags-colour-on" : ""}>
            <input type="radio" className="lq-hidden" name={group} checked={colour === p.value} onChange={() => p.onChange(colour)} />
            <span className={`lq-tag-dot lq-tag-${colour}`} aria-hidden />
            {t(`tags.colour_${colour}`)}
          </label>
        ))}
      </div>
      <p className="lq-note lq-tags-preview">
        {t("tags.preview")} <TagChip name={p.name.trim() || t("tags.name")} colour={p.value} />
      </p>
    </fieldset>
  );
}
