/** Turns the token file into Ant Design's theme. Used twice: at run time and when its stylesheet is written at build time. */
import type { ThemeConfig } from "antd";
import tokens from "../../../tokens.json" with { type: "json" };

export type Mode = "light" | "dark";

/** The fixed CSS variable keys; the static stylesheet carries exactly these two. */
export const CSS_VAR_KEY: Record<Mode, string> = { light: "rm", dark: "rm-dark" };

const stack = (names: readonly string[]): string => names.map((name) => (/^[a-z-]+$/.test(name) ? name : `"${name}"`)).join(", ");

export const FONT_STACK = stack(tokens.fonts);
export const MONO_STACK = stack(tokens.mono);

type Algorithm = NonNullable<ThemeConfig["algorithm"]>;

/** `algorithm` is antd's dark algorithm in dark mode; it is an argument so that this file stays free of antd's code. */
export function antdTheme(mode: Mode, algorithm: Algorithm): ThemeConfig {
  return {
    algorithm,
    zeroRuntime: true,
    hashed: false,
    cssVar: { key: CSS_VAR_KEY[mode] },
    token: { ...colours(mode), ...shapes },
    components: components(mode),
  };
}

function colours(mode: Mode): NonNullable<ThemeConfig["token"]> {
  const c = tokens[mode];
  return {
    colorPrimary: c.brand,
    colorPrimaryHover: c["brand-hover"],
    colorPrimaryActive: c["brand-hover"],
    colorPrimaryText: c.brand,
    colorPrimaryTextHover: c["brand-hover"],
    colorPrimaryBg: c["info-tint"],
    colorPrimaryBgHover: c.selected,
    colorInfo: c.brand,
    colorInfoBg: c["info-tint"],
    colorLink: c.brand,
    colorLinkHover: c["brand-hover"],
    colorLinkActive: c["brand-hover"],
    colorError: c.danger,
    colorErrorText: c.danger,
    colorErrorBg: c["danger-tint"],
    colorSuccess: c.success,
    colorSuccessText: c.success,
    colorSuccessBg: c["success-tint"],
    colorWarning: c.warning,
    colorWarningText: c.warning,
    colorWarningBg: c["warning-tint"],
    colorText: c.text,
    colorTextHeading: c.text,
    colorTextSecondary: c["text-2"],
    colorTextTertiary: c["text-3"],
    colorTextQuaternary: c["text-3"],
    colorTextDescription: c["text-3"],
    colorTextPlaceholder: c["text-3"],
    colorTextLabel: c["text-2"],
    colorIcon: c["text-3"],
    colorTextLightSolid: c["on-brand"],
    colorBgLayout: c.page,
    colorBgContainer: c.surface,
    colorBgElevated: c.surface,
    colorBgSpotlight: mode === "light" ? c.text : c.header,
    colorBgMask: c.mask,
    colorBgContainerDisabled: c.header,
    colorBorder: c.border,
    colorBorderSecondary: c.divider,
    colorSplit: c.divider,
    colorFillAlter: c.header,
    controlItemBgHover: c.hover,
    controlItemBgActive: c.selected,
    controlItemBgActiveHover: c.selected,
    controlOutline: "transparent",
    controlOutlineWidth: 0,
  };
}

const shapes: NonNullable<ThemeConfig["token"]> = {
  fontFamily: FONT_STACK,
  fontFamilyCode: MONO_STACK,
  fontSize: tokens.size.font,
  fontSizeSM: tokens.size["font-xs"],
  fontSizeLG: tokens.size["font-md"],
  fontSizeXL: tokens.size["font-lg"],
  fontWeightStrong: 600,
  lineHeight: tokens.line,
  borderRadius: tokens.size.radius,
  borderRadiusLG: 6,
  borderRadiusSM: 3,
  borderRadiusXS: 2,
  controlHeight: tokens.density.standard.control,
  controlHeightSM: tokens.density.compact.control,
  controlHeightLG: tokens.density.comfortable.control,
  motionDurationFast: "0.08s",
  motionDurationMid: "0.12s",
  motionDurationSlow: "0.15s",
  wireframe: false,
};

function components(mode: Mode): NonNullable<ThemeConfig["components"]> {
  const c = tokens[mode];
  return {
    Button: {
      defaultBorderColor: c.outline,
      defaultShadow: "none",
      primaryShadow: "none",
      dangerShadow: "none",
      dangerColor: c["on-danger"],
      fontWeight: 400,
      contentFontSizeLG: tokens.size["font-md"],
    },
    Form: { itemMarginBottom: 16, labelColor: c["text-2"], verticalLabelPadding: "0 0 4px" },
    Modal: { titleFontSize: tokens.size["font-lg"] },
    Tooltip: mode === "light" ? {} : { colorTextLightSolid: c.text },
    Tabs: { horizontalItemPadding: "8px 0", titleFontSize: tokens.size.font },
    Select: { optionSelectedBg: c.selected, optionActiveBg: c.hover },
    Segmented: { itemSelectedBg: c.surface, trackBg: c.header, itemColor: c["text-2"] },
    Tag: { defaultBg: c.header, defaultColor: c["text-2"] },
  };
}
