/**
 * Recipes: what to do with a request, looked up by the text of its behaviour, parsed once per text.
 */
import { type Behaviour, BehaviourError, parseBehaviour } from "./behaviour.ts";
import { Responses } from "./response.ts";

export const RECIPES_MAX = 1024;
/** The sum of the bodies of all kept recipes (each may be kept in a few framings). */
export const RECIPE_BODY_BYTES_MAX = 64 * 1024 * 1024;

export interface Recipe {
  behaviour: Behaviour;
  responses: Responses;
  /**
   * The whole answer, where it needs no draw, no wait and no ceremony; the fast path writes just
   * this.
   */
  immediate: Buffer | undefined;
  /** Why the behaviour cannot be understood; the answer is then 400 with this sentence. */
  problem: string | undefined;
}

function isImmediate(behaviour: Behaviour): boolean {
  const waits = behaviour.delay !== undefined || behaviour.queue !== undefined;
  const draws = behaviour.statuses.length + behaviour.reset + behaviour.silence + behaviour.abort;
  const ceremony = behaviour.closeAfter > 0 || behaviour.interim || behaviour.framing === "close";
  return !waits && draws === 0 && !ceremony;
}

function makeRecipe(behaviour: Behaviour, problem?: string): Recipe {
  const responses = new Responses(behaviour);
  const { status, framing } = behaviour;
  const plain = { status, framing, connection: "none", headOnly: false } as const;
  const immediate =
    problem === undefined && isImmediate(behaviour) ? responses.of(plain).bytes : undefined;
  return { behaviour, responses, immediate, problem };
}

function parseRecipe(text: string): Recipe {
  try {
    return makeRecipe(parseBehaviour(text));
  } catch (error) {
    if (!(error instanceof BehaviourError)) throw error;
    return makeRecipe(parseBehaviour("status=400"), error.message);
  }
}

/** A bounded cache, oldest out first. */
export class RecipeBook {
  private readonly kept = new Map<string, Recipe>();
  private bodyBytes = 0;
  readonly standard: Recipe;

  /** Throws BehaviourError when the standard behaviour is not one. */
  constructor(standard: string) {
    this.standard = makeRecipe(parseBehaviour(standard));
  }

  of(text: string): Recipe {
    const known = this.kept.get(text);
    if (known) return known;
    const recipe = parseRecipe(text);
    this.kept.set(text, recipe);
    this.bodyBytes += recipe.behaviour.bodyBytes ?? 0;
    this.evict();
    return recipe;
  }

  private evict(): void {
    for (const [text, recipe] of this.kept) {
      if (this.kept.size <= RECIPES_MAX && this.bodyBytes <= RECIPE_BODY_BYTES_MAX) return;
      this.kept.delete(text);
      this.bodyBytes -= recipe.behaviour.bodyBytes ?? 0;
    }
  }
}
