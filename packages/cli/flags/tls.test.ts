/** Options of TLS, each by a real run that fails without it. */
import { TLS_OPTIONS } from "../options/tls.ts";
import { BASE, completed, expectBoth, prove, servers } from "./trial.ts";

prove(TLS_OPTIONS, {
  "--insecure": () =>
    expectBoth(["--insecure"], completed, [100, 0], { target: servers.secure.url }),
  "--cacert": () =>
    expectBoth(["--cacert", "origin.pem"], completed, [100, 0], { target: servers.secure.url }),
  "--sni": () => {
    const where = { target: servers.secure.url, load: [...BASE, "--cacert", "origin.pem"] };
    return expectBoth(["--sni", "nobody.example"], completed, [0, 100], where);
  },
});
