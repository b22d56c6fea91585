import { linkConformance } from "@nightjar/testkit/link-conformance.ts";
import { memoryLink } from "./memory-link.ts";

linkConformance("memory", () => {
  const [parent, child] = memoryLink();
  return {
    parent,
    child,
    closesTogether: true,
    dispose: async () => parent.close("the test is over"),
  };
});
