import { useEffect, useRef } from "react";

/**
 * Tiles a line of text over its parent, to trace photographs of the screen: about 6 % ink, 24°. The tile is painted on a canvas
 * and set through `element.style`, which the content security policy allows. The parent must be positioned.
 */
export function Watermark(p: { text: string; ink: string }) {
  const layer = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (layer.current) layer.current.style.backgroundImage = tile(p.text, p.ink);
  }, [p.text, p.ink]);
  return <div ref={layer} className="lq-watermark" aria-hidden />;
}

function tile(text: string, ink: string): string {
  const canvas = document.createElement("canvas");
  const scale = window.devicePixelRatio || 1;
  canvas.width = 320 * scale;
  canvas.height = 200 * scale;
  const pen = canvas.getContext("2d");
  if (!pen) return "";
  pen.scale(scale, scale);
  pen.translate(160, 100);
  pen.rotate((-24 * Math.PI) / 180);
  pen.textAlign = "center";
  pen.font = "13px system-ui, sans-serif";
  pen.fillStyle = ink;
  pen.globalAlpha = 0.06;
  pen.fillText(text, 0, 0);
  return `url(${canvas.toDataURL()})`;
}
