/** Two bookends around a call. */
export function Logo({ size = 28 }: { size?: number }) {
  return (
    <svg viewBox="0 0 32 32" width={size} height={size} aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="7" fill="#3b5bdb" />
      <path
        d="M8 7v18h5M24 7v18h-5"
        fill="none"
        stroke="#fff"
        strokeWidth="3"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
      <path d="M13.5 14h5" stroke="#bac8ff" strokeWidth="3" strokeLinecap="round" />
    </svg>
  );
}
