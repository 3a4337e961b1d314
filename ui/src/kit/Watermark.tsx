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

const FONT = "13px system-ui, sans-serif";
const ANGLE = (-24 * Math.PI) / 180;
/** Free space around each line of text, in CSS pixels. */
const GAP = 80;

function tile(text: string, ink: string): string {
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d");
  if (!pen) return "";
  pen.font = FONT;
  // The tile holds the whole turned line, else its ends are cut off.
  const length = pen.measureText(text).width;
  const width = Math.ceil(length * Math.cos(ANGLE) + GAP);
  const height = Math.ceil(length * -Math.sin(ANGLE) + GAP);
  const scale = window.devicePixelRatio || 1;
  canvas.width = width * scale;
  canvas.height = height * scale;
  pen.scale(scale, scale);
  pen.translate(width / 2, height / 2);
  pen.rotate(ANGLE);
  pen.textAlign = "center";
  pen.font = FONT;
  pen.fillStyle = ink;
  pen.globalAlpha = 0.06;
  pen.fillText(text, 0, 0);
  return `url(${canvas.toDataURL()})`;
}
