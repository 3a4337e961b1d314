const SPAN = 120;
const SPANS = Array.from({ length: 20 }, (_, index) => index * SPAN);

/** A covered bridge along the lower edge: roof, posts, arches, water. Only to look at. */
export function Bridge() {
  return (
    <svg className="lq-gate-bridge" viewBox={`0 0 ${SPAN * SPANS.length} 96`} preserveAspectRatio="xMidYMax slice" aria-hidden="true">
      <path d={`M0 14H${SPAN * SPANS.length}M0 44H${SPAN * SPANS.length}M0 50H${SPAN * SPANS.length}`} />
      {SPANS.map((at) => (
        <path
          key={at}
          d={`M${at} 14l8-8h${SPAN - 16}l8 8M${at + 4} 14v30M${at + 32} 14v30M${at + 60} 14v30M${at + 88} 14v30M${at + 116} 14v30M${at + 10} 92a50 42 0 0 1 100 0M${at + 6} 50v42M${at + 114} 50v42`}
        />
      ))}
      <path d={`M0 92H${SPAN * SPANS.length}`} />
    </svg>
  );
}
