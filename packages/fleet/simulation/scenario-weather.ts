/** The weather of one party of a simulated fleet. */
import type { Mishap, Spread, Weather } from "../memory/weather.ts";
import type { Draw } from "./draw.ts";
import { S } from "./fleet-stage.ts";

const MS = 1e6;
/** Longer than the broker remembers an id, and than any run goes on. */
const MINUTES_LATER: Spread = { leastNs: 125 * S, mostNs: 127 * S };

export function drawnWeather(
  draw: Draw,
  seed: number,
  { isStormy, isReader }: { isStormy: boolean; isReader: boolean },
): Weather {
  const upNs = drawnDelay(draw);
  const downNs = draw.chance(0.5) ? upNs : drawnDelay(draw);
  const reconnectNs = { leastNs: 0, mostNs: draw.one([0, 0.3 * S, 1.5 * S]) };
  const calm = { seed, upNs, downNs, reconnectNs };
  if (!isStormy) return calm;
  return {
    ...calm,
    loss: draw.chance(0.7) ? drawnLoss(draw) : {},
    repeats: drawnRepeats(draw),
    ...(draw.chance(0.6) ? { overtaken: { chance: 0.1, afterNs: soon(draw) } } : {}),
    ...(isReader && draw.chance(0.7) ? { reads: { again: 0.1, shuffled: draw.whole(1, 6) } } : {}),
  };
}

function drawnDelay(draw: Draw): Spread {
  const leastNs = draw.one([0, 0.1 * MS, 5 * MS, 40 * MS]);
  return { leastNs, mostNs: leastNs + draw.one([0, 2 * MS, 30 * MS]) };
}

function drawnLoss(draw: Draw): NonNullable<Weather["loss"]> {
  const chance = draw.between(0, 0.05);
  return {
    ...{ publish: chance, request: chance, reply: chance },
    ...{ append: chance, acknowledgement: chance },
  };
}

function soon(draw: Draw): Spread {
  return { leastNs: 0, mostNs: draw.between(10 * MS, 300 * MS) };
}

/** Now and then everything comes again minutes later: a whole run, as it was ordered. */
function drawnRepeats(draw: Draw): Mishap[] {
  const late = draw.one([0, 0.05, 0.3, 1]);
  return [
    { chance: 0.1, afterNs: soon(draw) },
    { chance: late, afterNs: MINUTES_LATER },
  ];
}
