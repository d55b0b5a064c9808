import * as harness from '#host';
import { cliSuite } from '../conformance/cli.suite.ts';
import { engineSuite } from '../conformance/engine.suite.ts';
import { httpHostSuite } from '../conformance/http-host.suite.ts';
import { instancesSuite } from '../conformance/instances.suite.ts';
import { withJco } from '../harness.ts';

const jco = withJco(harness);
cliSuite(jco);
engineSuite(jco);
httpHostSuite(jco);
// It traps now and then when a wait ends that began a moment ago.
instancesSuite(jco, 'kl');
