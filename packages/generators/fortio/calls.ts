/**
 * How many calls fortio is told to make. It gives each connection as many, so that the number is a
 * multiple of the connections; and it takes fewer connections where each would make one call alone.
 */
import type { Plan } from "@nightjar/core/plan/plan.ts";
import type { Objection } from "@nightjar/core/run/suitability.ts";
import type { JobLoad } from "../job.ts";

/** So far from the plan it may be. */
const TOLERANCE = 0.01;
/** Each connection, of a closed loop that only time ends: more than there is time for. */
const ENDLESS = 1e9;
/** In the open loop; below, fortio lowers `-c`. */
const LEAST_EACH = { open: 2, closed: 1 } as const;

/** `undefined`: fortio cannot come near. `isExact`: no tolerance. */
export function callsOf(
  { closed, exchanges, connections }: JobLoad,
  isExact: boolean,
): number | undefined {
  if (exchanges === Number.POSITIVE_INFINITY) return connections * ENDLESS;
  const least = closed ? LEAST_EACH.closed : LEAST_EACH.open;
  const each = Math.round(exchanges / connections);
  const calls = each * connections;
  const isNear = Math.abs(calls - exchanges) <= (isExact ? 0 : TOLERANCE * exchanges);
  return each >= least && isNear ? calls : undefined;
}

/** A number that a person has given is meant as it is. */
export function callsObjections(plan: Plan, load: JobLoad): Objection[] {
  const isExact = plan.load.requests !== undefined;
  if (callsOf(load, isExact) !== undefined) return [];
  const { exchanges, connections, closed } = load;
  const least = closed ? LEAST_EACH.closed : LEAST_EACH.open;
  const made = Math.floor(exchanges / connections) * connections;
  const message =
    exchanges < least * connections
      ? `fortio gives each connection ${least === 1 ? "1 call" : `${least} calls`} or more: ` +
        `${exchanges} are too few for ${connections}`
      : `fortio gives each of ${connections} connections as many calls, which is ${made} ` +
        `of ${exchanges}`;
  const near = nearestConnections(load, isExact);
  const nearest =
    near === undefined ? "give it more exchanges: a longer duration" : `connections: ${near}`;
  return [{ path: ["load", "connections"], message, nearest }];
}

/** The number of connections nearest to the plan's that fortio can serve. */
export function nearestConnections(load: JobLoad, isExact: boolean): number | undefined {
  const { connections } = load;
  const fits = (count: number) =>
    count >= 1 && callsOf({ ...load, connections: count }, isExact) !== undefined;
  for (let away = 1; away < connections || connections + away <= load.exchanges; away++) {
    if (fits(connections - away)) return connections - away;
    if (fits(connections + away)) return connections + away;
  }
  return undefined;
}
