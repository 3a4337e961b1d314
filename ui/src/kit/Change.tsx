import "./pills.css";

/** A gain or a loss of money: sign, arrow and the market's colour. `text` is the amount without a sign. */
export function Change(p: { direction: "up" | "down" | "flat"; text: string }) {
  const [sign, arrow] = { up: ["+", "▲"], down: ["−", "▼"], flat: ["", "–"] }[p.direction];
  return (
    <span className={`lq-change lq-change-${p.direction}`}>
      <span aria-hidden>{arrow} </span>
      {sign}
      {p.text}
    </span>
  );
}
